import type { Message } from "../../client/types";

/** A message of this reader that the server has not confirmed yet. */
export interface Draft {
  key: string;
  text: string;
  replyFor: string | null;
  state: "sending" | "failed";
  problem: string | null;
}

/** How many messages a page keeps; older ones are loaded again when scrolled to. */
export const KEPT = 400;

const place = (message: Message) => message.seq ?? Number.POSITIVE_INFINITY;

/** Of these messages those that came after a page was read. */
export function newerThan(page: readonly Message[], messages: readonly Message[]): Message[] {
  const newest = Math.max(...page.map(place));
  return messages.filter((message) => place(message) > newest);
}

/** Adds messages where their `seq` belongs and drops repeats; those without a `seq` go last. */
export function merge(known: readonly Message[], fresh: readonly Message[]): Message[] {
  if (fresh.length === 0) return [...known];
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of fresh) byId.set(message.id, message);
  // Sorting is stable, so equal places keep their order of arrival.
  return [...byId.values()].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** How many of these messages came after this one, which may no longer be among them. */
export function countAfter(read: Message, messages: readonly Message[]): number {
  const at = messages.findIndex(({ id }) => id === read.id);
  return at < 0 ? newerThan([read], messages).length : messages.length - 1 - at;
}

/** Drops the oldest beyond what is kept. */
export function trim(messages: Message[]): Message[] {
  return messages.length > KEPT ? messages.slice(-KEPT) : messages;
}

/** A steady hue for a name, so that people are told apart at a glance. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return hash;
}
