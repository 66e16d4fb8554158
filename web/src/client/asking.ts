/** The calls of who asks and votes, and of who answers. */
import { body, client, data } from "./calls";
import { holding } from "./transport";
import type { Poll, Which } from "./types";

/** `guest` is a guest's token; null for whoever is signed in, or nobody. */
type Guest = string | null;

/** What a poll asks; `seconds` null: it is open until somebody closes it. */
export interface PollFacts {
  question: string;
  answers: string[];
  seconds: number | null;
}

function question(question_id: string) {
  return { params: { path: { question_id } } };
}
function at(channel_ref: string) {
  return { params: { path: { channel_ref } } };
}
function poll(poll_id: string) {
  return { params: { path: { poll_id } } };
}

export const questions = {
  read: (eventSlug: string, status: Which, cursor: string | null, guest: Guest) =>
    body(client.POST("/api/v1/questions/read", { body: { eventSlug, status, cursor }, fetch: holding(guest) })),
  ask: (eventId: string, asked: { question: string; anonymous: boolean; name: string | null }, guest: Guest) =>
    data(client.POST("/api/v1/questions/create", { body: { eventId, ...asked }, fetch: holding(guest) })),
  /** 2 votes up, 0 takes that back. */
  vote: (questionId: string, direction: 0 | 2, guest: Guest) =>
    data(client.POST("/api/v1/questions/vote", { body: { questionId, direction }, fetch: holding(guest) })),
};

/** For who moderates the channel. */
export const questionDesk = {
  read: (eventSlug: string, status: Which, cursor: string | null) => questions.read(eventSlug, status, cursor, null),
  archive: (eventSlug: string, questionId: string, status: "answered" | "removed") =>
    data(client.POST("/api/v1/questions/archive", { body: { eventSlug, questionId, status } })),
  restore: (id: string) => data(client.POST("/api/v1/questions/{question_id}/restore", question(id))),
  review: (id: string, decision: "approve" | "reject") =>
    data(client.POST("/api/v1/questions/{question_id}/review", { ...question(id), body: { decision } })),
  pin: (id: string) => data(client.POST("/api/v1/questions/{question_id}/pin", question(id))),
  unpin: (id: string) => data(client.DELETE("/api/v1/questions/{question_id}/pin", question(id))),
  /** In writing; null takes it back. */
  answer: (id: string, answer: string | null) =>
    data(client.PUT("/api/v1/questions/{question_id}", { ...question(id), body: { answer } })),
  startAnswering: (id: string) => data(client.POST("/api/v1/questions/{question_id}/answering", question(id))),
  stopAnswering: (channel: string) =>
    body(client.DELETE("/api/v1/events/{channel_ref}/questions/answering", at(channel))),
  allowAnonymous: (channel: string, anonymous_questions: boolean) =>
    data(client.PUT("/api/v1/events/{channel_ref}/chat/settings", { ...at(channel), body: { anonymous_questions } })),
};

export const polls = {
  /** The one that is open first; then, for who runs shows, drafts; then what is over. */
  list: (channel: string, guest: Guest) =>
    data(client.GET("/api/v1/events/{channel_ref}/polls", { ...at(channel), fetch: holding(guest) })),
  vote: (id: string, answer: number, guest: Guest) =>
    data(client.POST("/api/v1/polls/{poll_id}/vote", { ...poll(id), body: { answer }, fetch: holding(guest) })),
};

/** For who runs the channel's shows. */
export const pollDesk = {
  async list(channel_ref: string, page: number): Promise<{ items: Poll[]; pages: number }> {
    const asked = { params: { path: { channel_ref }, query: { page } } };
    const answer = await body(client.GET("/api/v1/events/{channel_ref}/polls", asked));
    return { items: answer.data, pages: answer.meta.pagination.total_pages };
  },
  create: (channel: string, facts: PollFacts) =>
    data(client.POST("/api/v1/events/{channel_ref}/polls", { ...at(channel), body: facts })),
  update: (id: string, facts: PollFacts) => data(client.PUT("/api/v1/polls/{poll_id}", { ...poll(id), body: facts })),
  remove: (id: string) => body(client.DELETE("/api/v1/polls/{poll_id}", poll(id))),
  open: (id: string) => data(client.POST("/api/v1/polls/{poll_id}/open", poll(id))),
  close: (id: string) => data(client.POST("/api/v1/polls/{poll_id}/close", poll(id))),
};
