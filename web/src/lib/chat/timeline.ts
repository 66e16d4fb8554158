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
    if (first && last && fresh.every((each) => !this.#byId.has(each.id)) && place(last) < place(first)) {
      this.reset([...fresh, ...this.#list]);
      return;
    }
    for (const message of fresh) {
      const last = this.#list.at(-1);
      const known = this.#byId.has(message.id);
      this.#byId.set(message.id, message);
      if (known) this.#list[this.#list.findLastIndex(({ id }) => id === message.id)] = message;
      else if (last === undefined || place(message) >= place(last)) this.#list.push(message);
      else this.#list.splice(this.#list.findLastIndex((each) => place(each) <= place(message)) + 1, 0, message);
    }
  }

  /** Starts over with these. */
  reset(messages: readonly Message[]): void {
    this.#list = [];
    this.#byId.clear();
    this.add(messages);
  }

  /** Drops the oldest where there are too many; answers whether it did. */
  trim(kept = KEPT): boolean {
    if (this.#list.length <= kept + SLACK) return false;
    for (const { id } of this.#list.splice(0, this.#list.length - kept)) this.#byId.delete(id);
    return true;
  }
}

/** Which of these messages came after this one, which may no longer be among them. */
export function messagesAfter(read: Message, messages: readonly Message[]): readonly Message[] {
  const at = messages.findLastIndex((message) => place(message) <= place(read));
  return messages.slice(at + 1);
}

/** A steady hue for a name, so that people are told apart at a glance. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return hash;
}
