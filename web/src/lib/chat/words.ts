import type { Message } from "../../client/types";
import { pieces } from "../ui/links";

/** A part of what somebody said: plain, an address to follow, or a name behind an @. */
export interface Part {
  text: string;
  href: string | null;
  /** Whose name it is, by an author's id. */
  person: string | null;
}

/** What was said, its addresses and names found. Nothing in it is read as markup. */
export function partsOf({ data, mentions }: Pick<Message, "data" | "mentions">): Part[] {
  const names = new Map(mentions.map(({ id, name }) => [`@${name}`.toLocaleLowerCase(), id]));
  const found = mentions.length === 0 ? null : new RegExp(`(${[...names.keys()].map(literally).join("|")})`, "giu");
  return pieces(data).flatMap(({ text, href }): Part[] => {
    if (href !== null || found === null) return [{ text, href, person: null }];
    return text
      .split(found)
      .filter((part) => part !== "")
      .map((part) => ({ text: part, href: null, person: names.get(part.toLocaleLowerCase()) ?? null }));
  });
}

const literally = (name: string) => name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

const SIGN = String.raw`\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f]*`;
/** A few emoji and nothing else: these are shown larger. */
const ALONE = new RegExp(`^(?:${SIGN}){1,4}$`, "u");

export const onlyEmoji = (text: string): boolean => ALONE.test(text);
