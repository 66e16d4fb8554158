import type { ProfileChanges } from "../../../client/account";
import type { User } from "../../../client/types";

/** What the profile form holds. */
export interface Draft {
  name: string;
  description: string;
  location: string;
  phone: string;
  currency: string;
  locale: string;
}

export function draftOf(user: User): Draft {
  return {
    name: user.full_name,
    description: user.description ?? "",
    location: user.location ?? "",
    phone: user.phone ?? "",
    currency: String(user.currency.data.id),
    locale: user.locale,
  };
}

/** Only what differs; null when nothing does. The name goes with every change. */
export function changesBetween(user: User, draft: Draft, avatar: File | null): ProfileChanges | null {
  const before = draftOf(user);
  const changes: Omit<ProfileChanges, "full_name"> = {};
  for (const field of ["description", "location", "phone"] as const) {
    const value = draft[field].trim();
    if (value !== before[field]) changes[field] = value || null;
  }
  if (draft.currency !== before.currency) changes.currency_id = Number(draft.currency);
  if (draft.locale !== before.locale) changes.locale = draft.locale;
  if (avatar) changes.avatar = avatar;
  const name = draft.name.trim();
  if (name === before.name && Object.keys(changes).length === 0) return null;
  return { full_name: name, ...changes };
}
