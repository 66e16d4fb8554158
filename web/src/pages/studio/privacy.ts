import type { Channel } from "../../client/types";
import { studio } from "../../texts/studio";

/** Who finds a channel, by its `privacy`. */
export const PRIVACIES = [
  { value: 0, name: studio.privacy.public, text: studio.privacy.publicText },
  { value: 1, name: studio.privacy.unlisted, text: studio.privacy.unlistedText },
  { value: 2, name: studio.privacy.private, text: studio.privacy.privateText },
] as const;

export const PUBLIC = 0;
export const PRIVATE = 2;
const CODE_NEEDED = 0;

/** Whether a channel opens only with a code; `free_pass` asks for one of public and unlisted ones, too. */
export function takesCode({ privacy, free_pass }: Pick<Channel, "privacy" | "free_pass">): boolean {
  return privacy === PRIVATE || free_pass === CODE_NEEDED;
}

export function privacyName(privacy: number): string {
  return PRIVACIES.find(({ value }) => value === privacy)?.name ?? studio.privacy.private;
}
