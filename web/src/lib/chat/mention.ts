import type { Message } from "../../client/types";

/** Somebody who may be named in a message. */
export interface Person {
  id: string;
  name: string;
}

/** What stands before the caret, from an @ on: whom somebody is about to name. */
export interface Naming {
  /** Where the @ stands. */
  from: number;
  /** What of the name is written already. */
  begun: string;
}

/** So many are offered at once. */
const OFFERED = 6;
/** So many of the newest messages are looked through for who said them. */
const LOOKED = 500;
const LONGEST_NAME = 40;

export function namingAt(text: string, caret: number): Naming | null {
  const [, before = "", begun] = /(^|.*\s)@([^@\n]*)$/su.exec(text.slice(0, caret)) ?? [];
  return begun === undefined || begun.length > LONGEST_NAME ? null : { from: before.length, begun };
}

const folded = (name: string) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Whom it may be, who spoke last first: a name, or a word of it, begins so. */
export function peopleFor(begun: string, messages: readonly Message[], me: string | null): Person[] {
  const wanted = folded(begun);
  const found = new Map<string, Person>();
  for (const { author } of messages.slice(-LOOKED).reverse()) {
    const { id, name } = author.data;
    if (id === me || found.has(id)) continue;
    const words = folded(name);
    if (words.startsWith(wanted) || words.includes(` ${wanted}`)) found.set(id, { id, name });
    if (found.size === OFFERED) break;
  }
  return [...found.values()];
}

/** The text with the name put in, and where the caret is then. */
export function named(text: string, { from, begun }: Naming, name: string): { text: string; caret: number } {
  const rest = text.slice(from + 1 + begun.length);
  const put = `${text.slice(0, from)}@${name} `;
  return { text: put + rest.replace(/^ /, ""), caret: put.length };
}
