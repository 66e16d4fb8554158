/** The calls of who moderates a channel's chat. `channel` is its id or slug. */
import { body, client, data } from "./calls";
import { downloading } from "./download";
import type { Ban, ChatRules, ChatRulesChanges, Decision, Message, ModerationNote, NewBan, Queued } from "./types";

const at = (channel_ref: string) => ({ params: { path: { channel_ref } } });
const paged = (channel_ref: string, page: number) => ({ params: { path: { channel_ref }, query: { page } } });

interface Listed<T> {
  items: T[];
  pages: number;
}

interface Answered<T> {
  data: T[];
  meta: { pagination: { total_pages: number } };
}
const listed = <T>(answer: Answered<T>): Listed<T> => ({
  items: answer.data,
  pages: answer.meta.pagination.total_pages,
});

export const moderation = {
  rules: (channel: string): Promise<ChatRules> =>
    data(client.GET("/api/v1/events/{channel_ref}/chat/settings", at(channel))),
  change: (channel: string, changes: ChatRulesChanges): Promise<ChatRules> =>
    data(client.PUT("/api/v1/events/{channel_ref}/chat/settings", { ...at(channel), body: changes })),
  /** What waits for a decision, the longest first. */
  queue: async (channel: string, page: number): Promise<Listed<Queued>> =>
    listed(await body(client.GET("/api/v1/events/{channel_ref}/chat/reports", paged(channel, page)))),
  decide: (channel_ref: string, message_id: string, decision: Decision): Promise<Message> =>
    data(
      client.POST("/api/v1/events/{channel_ref}/chat/reports/{message_id}", {
        params: { path: { channel_ref, message_id } },
        body: { decision },
      }),
    ),
  restore: (message_id: string): Promise<Message> =>
    data(client.POST("/api/v1/messages/{message_id}/restore", { params: { path: { message_id } } })),
  bans: async (channel: string, page: number): Promise<Listed<Ban>> =>
    listed(await body(client.GET("/api/v1/events/{channel_ref}/chat/bans", paged(channel, page)))),
  ban: (channel: string, ban: NewBan): Promise<Ban> =>
    data(client.POST("/api/v1/events/{channel_ref}/chat/bans", { ...at(channel), body: ban })),
  unban: (channel_ref: string, id: string) =>
    body(client.DELETE("/api/v1/events/{channel_ref}/chat/bans/{id}", { params: { path: { channel_ref, id } } })),
  warn: (channel: string, message_id: string, reason: string) =>
    data(client.POST("/api/v1/events/{channel_ref}/chat/warnings", { ...at(channel), body: { message_id, reason } })),
  pin: (channel: string, message_id: string): Promise<Message> =>
    data(client.POST("/api/v1/events/{channel_ref}/chat/pin", { ...at(channel), body: { message_id } })),
  unpin: (channel: string, message_id: string) =>
    data(client.DELETE("/api/v1/events/{channel_ref}/chat/pin", { ...at(channel), body: { message_id } })),
  /** Who did what to moderate, newest first. */
  audit: async (channel: string, page: number): Promise<Listed<ModerationNote>> =>
    listed(await body(client.GET("/api/v1/events/{channel_ref}/chat/audit", paged(channel, page)))),
  export: (channel_ref: string, format: "csv" | "json") =>
    body(
      client.GET("/api/v1/events/{channel_ref}/chat/export", {
        params: { path: { channel_ref }, query: { format } },
        parseAs: "blob",
        fetch: downloading,
      }),
    ) as Promise<unknown> as Promise<Blob>,
};
