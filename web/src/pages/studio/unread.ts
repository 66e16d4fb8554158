import type { Message } from "../../client/types";
import type { Chat } from "../../lib/chat/chat.svelte";
import { messagesAfter } from "../../lib/chat/timeline";

/** The newest message there was when the chat was last in view; null: there was none; undefined: nothing is loaded yet. */
export type Read = Message | null | undefined;

/** What counts as read now. What was said before the page came is not news. */
export function readNow(read: Read, chat: Pick<Chat, "messages" | "loaded" | "problem">, inView: boolean): Read {
  const newest = chat.messages.at(-1);
  const known = newest !== undefined || (chat.loaded && chat.problem === null);
  return known && (inView || read === undefined) ? (newest ?? null) : read;
}

export function unreadAmong(messages: readonly Message[], read: Read): number {
  if (read === undefined) return 0;
  return read === null ? messages.length : messagesAfter(read, messages).length;
}
