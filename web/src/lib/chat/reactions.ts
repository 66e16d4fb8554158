import type { Message } from "../../client/types";

type Reactions = Message["reactions"];

/** What is offered first, below a message's own. */
export const OFTEN = ["👍", "❤️", "😂", "😮", "😢", "🔥"];

/** A reaction of this reader's added, or taken back: before the room tells how many there are. */
export function reacted(reactions: Reactions, emoji: string, on: boolean): Reactions {
  const known = reactions.find((each) => each.emoji === emoji);
  if (!known) return on ? [...reactions, { emoji, count: 1, mine: true }] : reactions;
  if (known.mine === on) return reactions;
  const count = known.count + (on ? 1 : -1);
  return reactions.flatMap((each) => (each !== known ? [each] : count > 0 ? [{ ...each, count, mine: on }] : []));
}

/** The reactions as they are counted now, in the order they were; new ones come last. */
export function counted(reactions: Reactions, counts: Readonly<Record<string, number>>): Reactions {
  const kept = reactions.flatMap((each) => {
    const count = counts[each.emoji] ?? 0;
    return count > 0 ? [{ ...each, count }] : [];
  });
  const known = new Set(kept.map(({ emoji }) => emoji));
  const fresh = Object.entries(counts).filter(([emoji, count]) => count > 0 && !known.has(emoji));
  return [...kept, ...fresh.map(([emoji, count]) => ({ emoji, count, mine: false }))];
}
