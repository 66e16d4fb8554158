/** The calls of a conversation, and of who moderates it. */
import { client, data } from "./calls";
import { holding } from "./transport";
import type { Heart, Message, ReportReason, Thread } from "./types";

const message = (message_id: string) => ({ params: { path: { message_id } } });
const at = (channel_ref: string) => ({ params: { path: { channel_ref } } });

/** `guest` is a guest's realtime token; null where somebody is signed in. */
export const chat = {
  read: (threadSlug: string, userId: string, guest: string | null, cursor: string | null): Promise<Thread> =>
    data(
      client.POST("/api/v1/thread/read", {
        // What was taken away is shown to who moderates, which no guest does.
        body: { threadSlug, userId, cursor, include: guest === null ? "all" : "shown" },
        fetch: holding(guest),
      }),
    ),
  join: (threadSlug: string, name: string, guest: string) =>
    data(client.POST("/api/v1/thread/participant", { body: { threadSlug, name }, fetch: holding(guest) })),
  say: (thread_id: number, text: string, reply_for: string | null, guest: string | null): Promise<Message> => {
    const said = { body: { data: text, thread_id, reply_for }, fetch: holding(guest) };
    return data(guest === null ? client.POST("/api/v1/messages", said) : client.POST("/api/v1/messages/guest", said));
  },
  edit: (id: string, text: string, guest: string | null): Promise<Message> =>
    data(client.PUT("/api/v1/messages/{message_id}", { ...message(id), body: { data: text }, fetch: holding(guest) })),
  remove: (thread_slug: string, message_id: string, guest: string | null) =>
    data(client.DELETE("/api/v1/messages/delete", { body: { thread_slug, message_id }, fetch: holding(guest) })),
  react: (id: string, emoji: string, on: boolean, guest: string | null) =>
    data(
      client.POST("/api/v1/messages/{message_id}/reactions", {
        ...message(id),
        body: { emoji, on },
        fetch: holding(guest),
      }),
    ),
  report: (id: string, reason: ReportReason, note: string | null, guest: string | null) =>
    data(
      client.POST("/api/v1/messages/{message_id}/reports", {
        ...message(id),
        body: { reason, note },
        fetch: holding(guest),
      }),
    ),
  hearts: (channel: string, emoji: Heart, count: number, guest: string | null) =>
    data(
      client.POST("/api/v1/events/{channel_ref}/chat/hearts", {
        ...at(channel),
        body: { emoji, count },
        fetch: holding(guest),
      }),
    ),
};
