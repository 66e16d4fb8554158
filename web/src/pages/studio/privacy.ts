import { studio } from "../../texts/studio";

/** Who finds a channel, by its `privacy`. */
export const PRIVACIES = [
  { value: 0, name: studio.privacy.public, text: studio.privacy.publicText },
  { value: 1, name: studio.privacy.unlisted, text: studio.privacy.unlistedText },
  { value: 2, name: studio.privacy.private, text: studio.privacy.privateText },
] as const;

export const PUBLIC = 0;
export const PRIVATE = 2;

export function privacyName(privacy: number): string {
  return PRIVACIES.find(({ value }) => value === privacy)?.name ?? studio.privacy.private;
}
