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
export const KEPT = 10_000;
/** So many more there may be before the oldest go: each time, what is drawn is counted anew. */
const SLACK = 500;

const place = (message: Message) => message.seq ?? Number.POSITIVE_INFINITY;

/** A conversation in the order it was held, each message once. */
export class Timeline {
  readonly #byId = new Map<string, Message>();
  #list: Message[] = [];
  /** What was taken away: an answer from before that does not bring it back. */
  readonly #gone = new Set<string>();

  /** As it is now; later changes are none of its. */
  get messages(): readonly Message[] {
    return this.#list.slice();
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id);
  }

  /** Puts messages where their `seq` belongs, or in place of what they were; those without one go last. */
  add(fresh: readonly Message[]): void {
    const [first, last] = [this.#list[0], fresh.at(-1)];
    if (
      first &&
      last &&
      place(last) < place(first) &&
      !fresh.some(({ id }) => this.#byId.has(id) || this.#gone.has(id))
    )
      this.#all([...fresh, ...this.#list]);
    else for (const message of fresh) if (!this.#gone.has(message.id)) this.#put(message);
  }

  /** Starts over with these. */
  reset(messages: readonly Message[]): void {
    this.#all([]);
    this.add(messages);
  }

  /** Has a message as `changed` makes it of what it is, where it is here. */
  change(id: string, changed: (message: Message) => Message): void {
    const message = this.#byId.get(id);
    if (message) this.#put(changed(message));
  }

  /** Changes each of them that `which` says. */
  changeAll(which: (message: Message) => boolean, changed: (message: Message) => Message): void {
    for (const [index, message] of this.#list.entries()) {
      if (!which(message)) continue;
      const other = changed(message);
      this.#list[index] = other;
      this.#byId.set(other.id, other);
    }
  }

  /** Takes away those that `which` says. */
  remove(which: (message: Message) => boolean): void {
    for (const message of this.#list) {
      if (!which(message)) continue;
      this.#byId.delete(message.id);
      this.#gone.add(message.id);
    }
    this.#list = this.#list.filter(({ id }) => this.#byId.has(id));
  }

  /** Takes no message by this id, though it comes, unless it is here. */
  refuse(id: string): void {
    if (!this.#byId.has(id)) this.#gone.add(id);
  }

  /** Takes a message again that was taken away. */
  revive(id: string): void {
    this.#gone.delete(id);
  }

  /** Drops the oldest where there are too many; answers whether it did. */
  trim(kept = KEPT): boolean {
    if (this.#list.length <= kept + SLACK) return false;
    for (const { id } of this.#list.splice(0, this.#list.length - kept)) this.#byId.delete(id);
    return true;
  }

  #all(messages: Message[]): void {
    this.#list = messages;
    this.#byId.clear();
    for (const message of messages) this.#byId.set(message.id, message);
  }

  #put(message: Message): void {
    const known = this.#byId.get(message.id);
    this.#byId.set(message.id, message);
    if (known) {
      const index = this.#list.findLastIndex(({ id }) => id === message.id);
      if (place(known) === place(message)) {
        this.#list[index] = message;
        return;
      }
      // It waited for review, and is said only now.
      this.#list.splice(index, 1);
    }
    const last = this.#list.at(-1);
    if (last === undefined || place(message) >= place(last)) this.#list.push(message);
    else this.#list.splice(this.#list.findLastIndex((each) => place(each) <= place(message)) + 1, 0, message);
  }
}

/** Which of these messages came after this one, which may no longer be among them. */
export function messagesAfter(read: Message, messages: readonly Message[]): readonly Message[] {
  const at = messages.findLastIndex((message) => place(message) <= place(read));
  return messages.slice(at + 1);
}

/** What a message has that those of the last release had not: its events may be told again for a while. */
const SINCE = { reply_to: null, mentions: [], reactions: [], state: "shown" as const, edited_at: null };

/** The message as an event has it, with what only this reader knows of it. */
export function withOwn(told: Message, known: Message | undefined): Message {
  const message = { ...SINCE, ...told };
  const mine = new Set(known?.reactions.filter(({ mine }) => mine).map(({ emoji }) => emoji));
  if (mine.size === 0) return message;
  return { ...message, reactions: message.reactions.map((each) => ({ ...each, mine: mine.has(each.emoji) })) };
}

/** A steady hue for a name, so that people are told apart at a glance. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return hash;
}
