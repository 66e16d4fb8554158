import type { IconName } from "../../../lib/ui/icons";
import { account } from "../../../texts/account";
import { nameOf } from "./devices";

const { kinds, details } = account.events;

const ICONS: Readonly<Record<keyof typeof kinds, IconName>> = {
  registered: "user",
  email_verified: "check",
  signed_in: "key",
  new_device: "device",
  sign_in_failed: "lock",
  signed_out: "out",
  password_changed: "lock",
  password_reset: "lock",
  grant_revoked: "trash",
  refresh_token_replayed: "shield",
  api_token_rotated: "code",
  personal_token_made: "code",
  client_allowed: "check",
  client_made: "code",
  client_changed: "code",
  client_deleted: "trash",
  webhook_made: "code",
  webhook_changed: "code",
  webhook_deleted: "trash",
  identity_linked: "user",
  account_handed_over: "shield",
  second_factor_added: "shield",
  second_factor_removed: "shield",
  second_factor_failed: "shield",
  recovery_codes_made: "key",
  recovery_code_used: "key",
  payment_keys_changed: "key",
  payment_keys_removed: "trash",
  data_export_requested: "save",
  erasure_scheduled: "trash",
  erasure_called_off: "check",
  passkey_counter_went_back: "shield",
};

/** A security event as its account's owner reads it; of a kind this page does not know yet, by its own name. */
export function wordsFor(kind: string): { icon: IconName; text: string } {
  if (isKnown(kind)) return { icon: ICONS[kind], text: kinds[kind] };
  const plain = kind.replaceAll("_", " ");
  return { icon: "shield", text: plain.charAt(0).toUpperCase() + plain.slice(1) };
}

function isKnown(kind: string): kind is keyof typeof kinds {
  return Object.hasOwn(kinds, kind);
}

/** What the event is about: how one signed in, which device, or what the owner named themselves. */
export function detailOf(detail: string): string {
  return Object.hasOwn(details, detail) ? details[detail as keyof typeof details] : nameOf(detail);
}
