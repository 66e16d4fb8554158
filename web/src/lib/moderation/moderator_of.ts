import type { Chat } from "../chat/chat.svelte";
import { Moderator } from "./moderator.svelte";

const known = new WeakMap<Chat, Moderator>();

/** The one of a chat, wherever on the page it is moderated. */
export function moderatorOf(chat: Chat): Moderator {
  let moderator = known.get(chat);
  if (!moderator) {
    moderator = new Moderator(chat.channel, chat);
    known.set(chat, moderator);
  }
  return moderator;
}
