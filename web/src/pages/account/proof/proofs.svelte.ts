import { ApiError } from "../../../client/error";
import type { Proof } from "../../../client/types";

/** A step that waits for the person to prove that it is them. */
export interface Asked {
  /** What is about to happen: "Remove the authenticator app". */
  title: string;
  /** Throws an `ApiError` where the proof does not do. */
  send(proof: Proof): Promise<void>;
  done(sent: boolean): void;
}

/** Changes of how one signs in need the password or a code. It is asked for only where the server wants it: an account
 *  without either gets by with having signed in a moment ago. */
export class Proofs {
  asked = $state.raw<Asked | null>(null);
  /** Whether the account has codes to prove it with. */
  codes = $state(false);

  /** What `send` answered; null where the person thought better of it. Throws the errors that no proof mends. */
  async with<T>(title: string, send: (proof: Proof) => Promise<T>): Promise<T | null> {
    try {
      return await send({});
    } catch (error) {
      if (!(error instanceof ApiError) || error.fields["password"] === undefined) throw error;
    }
    return new Promise((resolve) => {
      let answer: T | null = null;
      this.asked = {
        title,
        send: async (proof) => void (answer = await send(proof)),
        done: (sent) => {
          this.asked = null;
          resolve(sent ? answer : null);
        },
      };
    });
  }
}
