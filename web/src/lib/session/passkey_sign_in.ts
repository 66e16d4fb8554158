import { accounts } from "../../client/api";
import type { Tokens } from "../../client/types";
import { usePasskey } from "../passkeys/authenticator";

/** Tokens for a passkey: any of this site's, or with a ticket one of the account that is being signed in to.
 *  Null where the person thinks better of it. */
export async function passkeyTokens(ticket: string | null): Promise<Tokens | null> {
  const { challenge_id, options } = await accounts.passkeyOptions(ticket);
  const credential = await usePasskey(options);
  return credential && accounts.passkeySignIn(challenge_id, credential, ticket);
}
