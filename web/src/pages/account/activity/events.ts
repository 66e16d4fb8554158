import type { IconName } from "../../../lib/ui/icons";

interface Words {
  icon: IconName;
  text: string;
}

/** What each kind of security event is called to the account's owner. */
const KINDS: Readonly<Record<string, Words>> = {
  registered: { icon: "user", text: "Account created" },
  email_verified: { icon: "check", text: "Email address confirmed" },
  signed_in: { icon: "key", text: "Signed in" },
  new_device: { icon: "device", text: "Signed in from a new device" },
  sign_in_failed: { icon: "lock", text: "Sign-in failed" },
  signed_out: { icon: "out", text: "Signed out" },
  password_changed: { icon: "lock", text: "Password changed" },
  password_reset: { icon: "lock", text: "Password reset by mail" },
  grant_revoked: { icon: "trash", text: "Access withdrawn" },
  refresh_token_replayed: { icon: "shield", text: "A stolen sign-in was stopped" },
  api_token_rotated: { icon: "code", text: "New API token" },
  personal_token_made: { icon: "code", text: "New personal token" },
  client_allowed: { icon: "check", text: "App given access" },
  client_made: { icon: "code", text: "New OAuth client" },
  client_changed: { icon: "code", text: "OAuth client changed" },
  client_deleted: { icon: "trash", text: "OAuth client deleted" },
  identity_linked: { icon: "user", text: "Sign-in with another account linked" },
  account_handed_over: { icon: "shield", text: "Account taken over by its confirmed address" },
  second_factor_added: { icon: "shield", text: "Second factor added" },
  second_factor_removed: { icon: "shield", text: "Second factor removed" },
  second_factor_failed: { icon: "shield", text: "Second factor failed" },
  recovery_codes_made: { icon: "key", text: "New recovery codes" },
  recovery_code_used: { icon: "key", text: "Recovery code used" },
  data_export_requested: { icon: "save", text: "Asked for a copy of your data" },
  erasure_scheduled: { icon: "trash", text: "Asked to delete the account" },
  erasure_called_off: { icon: "check", text: "Kept the account after all" },
  passkey_counter_went_back: { icon: "shield", text: "A copied passkey was refused" },
};

/** A kind this page does not know yet is shown by its own name. */
export function wordsFor(kind: string): Words {
  const plain = kind.replaceAll("_", " ");
  return KINDS[kind] ?? { icon: "shield", text: plain.charAt(0).toUpperCase() + plain.slice(1) };
}

const DETAILS: Readonly<Record<string, string>> = {
  password: "Password",
  totp: "Authenticator app",
  passkey: "Passkey",
  recovery_code: "Recovery code",
  code: "Code",
};

export function detailOf(detail: string): string {
  return DETAILS[detail] ?? detail;
}
