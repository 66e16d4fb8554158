import { beforeEach, expect, it } from "vitest";
import { question } from "../../../mock/asking";
import { ApiError } from "../../client/error";
import type { Question, QuestionsPage } from "../../client/types";
import { TookPart } from "../session/took_part";
import { Questions, type QuestionsApi } from "./questions.svelte";

const AT = "2026-01-01T12:00:00.000Z";
const page = (data: Question[], meta: Partial<QuestionsPage["meta"]> = {}): QuestionsPage => ({
  data,
  meta: { cursor: null, pinned: null, answering: null, anonymous: false, ...meta },
});

/** Votes that are on their way, to be answered one by one. */
let voting: { direction: number; answer: (question: Question) => void; refuse: (error: ApiError) => void }[];
let asked: unknown[];
let read: (string | null)[];
let api: QuestionsApi;
let moment: number | null;
let admitted: string | null;
let stored: Map<string, string>;

beforeEach(() => {
  voting = [];
  asked = [];
  read = [];
  moment = null;
  admitted = null;
  stored = new Map();
  api = {
    read: (_channel, which, cursor, guest) => {
      read.push(guest);
      if (which === "answered") return Promise.resolve(page([question("done", { status: "answered", votes: 4 })]));
      if (cursor !== null) return Promise.resolve(page([question("c", { votes: 1 })]));
      return Promise.resolve(page([question("a", { votes: 3 }), question("b", { votes: 2 })], { cursor: "2.1" }));
    },
    ask: (_channel, facts) => {
      asked.push(facts);
      return Promise.resolve(question("mine", { question: facts.question, mine: true }));
    },
    vote: (_id, direction) =>
      new Promise((answer, refuse) => {
        voting.push({ direction, answer, refuse });
      }),
  };
});

function questions(): Questions {
  const storage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
  };
  return new Questions({
    channel: "lamps",
    signedIn: () => false,
    guest: () => Promise.resolve("guest"),
    admitted: () => Promise.resolve(admitted),
    moment: () => moment,
    api,
    tookPart: new TookPart(storage),
  });
}
async function loaded(): Promise<Questions> {
  const made = questions();
  await made.load();
  return made;
}
const ids = (list: readonly Question[]) => list.map(({ id }) => id);
const settled = () => new Promise((resolve) => setTimeout(resolve));
const first = (page: Questions) => page.standing.open.list.find(({ id }) => id === "a");

it("reads as nobody until somebody has taken part, and then as themselves", async () => {
  const page = await loaded();
  const vote = page.vote("a");
  await settled();
  voting[0]?.answer(question("a", { votes: 4, my_vote: 1 }));
  await vote;
  await page.load();
  expect(read).toEqual([null, "guest"]);
});

it("reads with the pass of whoever is let in by one", async () => {
  admitted = "pass";
  await loaded();
  expect(read).toEqual(["pass"]);
});

it("shows a vote at once, keeps it over counts from before it, and takes the answer's", async () => {
  const page = await loaded();
  const vote = page.vote("a");
  expect(first(page)).toMatchObject({ votes: 4, my_vote: 1 });
  page.counted({ votes: { a: 3, b: 8 } });
  expect(first(page)?.votes).toBe(4);
  expect(page.standing.open.list[1]?.votes).toBe(8);
  await settled();
  voting[0]?.answer(question("a", { votes: 6, my_vote: 1 }));
  await vote;
  expect(first(page)).toMatchObject({ votes: 6, my_vote: 1 });
  page.counted({ votes: { a: 7 } });
  expect(first(page)?.votes).toBe(7);
});

it("counts the last of several quick taps, and sends no more than it must", async () => {
  const page = await loaded();
  const votes = [page.vote("a"), page.vote("a"), page.vote("a"), page.vote("a")];
  expect(first(page)).toMatchObject({ votes: 3, my_vote: 0 });
  await settled();
  voting[0]?.answer(question("a", { votes: 3, my_vote: 0 }));
  await Promise.all(votes);
  expect(voting.map(({ direction }) => direction)).toEqual([0]);
  expect(first(page)).toMatchObject({ votes: 3, my_vote: 0 });
});

it("sends what was tapped while a vote was on its way", async () => {
  const page = await loaded();
  const vote = page.vote("a");
  await settled();
  void page.vote("a");
  voting[0]?.answer(question("a", { votes: 4, my_vote: 1 }));
  await settled();
  voting[1]?.answer(question("a", { votes: 3, my_vote: 0 }));
  await vote;
  expect(voting.map(({ direction }) => direction)).toEqual([2, 0]);
  expect(first(page)).toMatchObject({ votes: 3, my_vote: 0 });
});

it("takes a vote back that was refused, and says why", async () => {
  const page = await loaded();
  const vote = page.vote("a");
  await settled();
  voting[0]?.refuse(new ApiError(403, "Too many votes from here", "10 guests have voted"));
  await expect(vote).rejects.toThrow("10 guests have voted");
  expect(first(page)).toMatchObject({ votes: 3, my_vote: 0 });
});

it("shows an own question first, once, though its event comes before the answer", async () => {
  const page = await loaded();
  page.text = "  In oak?  ";
  page.anonymous = true;
  const asking = page.ask("Noor");
  page.created(question("mine", { question: "In oak?", author: { data: [] } }));
  await asking;
  expect(asked).toEqual([{ question: "In oak?", anonymous: true, name: "Noor" }]);
  expect(ids(page.standing.open.list)).toEqual(["mine", "a", "b"]);
  expect(ids(page.standing.mine.list)).toEqual(["mine"]);
  expect([page.text, page.news]).toEqual(["", "asked"]);
  page.created(question("mine", { question: "In oak?" }));
  expect(page.standing.mine.list).toHaveLength(1);
});

it("keeps what is written where it is refused", async () => {
  api.ask = () => Promise.reject(new ApiError(429, "Slow down", "Wait"));
  const page = await loaded();
  page.text = "In oak?";
  await expect(page.ask(null)).rejects.toThrow("Wait");
  expect(page.text).toBe("In oak?");
});

it("tells who asked what became of a question that waited", async () => {
  api.ask = () => Promise.resolve(question("mine", { mine: true, state: "held" }));
  const page = await loaded();
  page.text = "In oak?";
  await page.ask(null);
  expect(page.news).toBe("held");
  page.reviewed({ id: "mine", shown: false });
  expect([page.news, page.standing.mine.count]).toEqual(["refused", 0]);
});

it("changes nothing under who reads, and marks what was answered where it stands", async () => {
  const page = await loaded();
  page.created(question("new", { votes: 0 }));
  page.archived({ id: "a", status: "answered" });
  page.pinned({ id: "b" });
  expect(ids(page.standing.open.list)).toEqual(["a", "b"]);
  expect(first(page)?.status).toBe("answered");
  page.standing.open.settle();
  expect(ids(page.standing.open.list)).toEqual(["b", "new"]);
  page.archived({ id: "b", status: "removed" });
  expect(ids(page.standing.open.list)).toEqual(["new"]);
});

it("knows what was told while it loaded", async () => {
  const page = questions();
  const loading = page.load();
  page.created(question("new"));
  page.archived({ id: "b", status: "removed" });
  page.answered({ id: "a", answer: "Yes.", status: "answered" });
  await loading;
  page.standing.answered.settle();
  expect(ids(page.standing.open.list)).toEqual(["new"]);
  expect(page.standing.answered.list[0]?.answer).toBe("Yes.");
});

it("loads more below what is there, and what was answered once somebody wants it", async () => {
  const page = await loaded();
  expect(page.hasMore("open")).toBe(true);
  await page.loadMore("open");
  expect([ids(page.standing.open.list), page.hasMore("open")]).toEqual([["a", "b", "c"], false]);
  await page.want("answered");
  await page.want("answered");
  expect([ids(page.standing.answered.list), read.length]).toEqual([["done"], 3]);
});

it("says what is being answered as the picture comes there, until its reader puts it away", async () => {
  const noon = Date.parse(AT);
  moment = noon - 5000;
  const page = await loaded();
  page.turnedTo({ id: "a", question: "In blue?", at: AT });
  expect(page.card).toBeNull();
  moment = noon;
  page.turnedTo({ id: "a", question: "In blue?", at: AT });
  expect(page.card).toEqual({ id: "a", question: "In blue?" });
  page.dismiss();
  expect([page.card, page.answering?.id]).toEqual([null, "a"]);
  page.turnedTo({ id: null, question: null, at: "2026-01-01T12:00:09.000Z" });
  expect(page.answering?.id).toBe("a");
  moment = noon + 10_000;
  page.turnedTo({ id: null, question: null, at: "2026-01-01T12:00:09.000Z" });
  expect(page.answering).toBeNull();
  page.stop();
});

it("shows no more of a question that is removed while it is answered", async () => {
  const page = await loaded();
  page.turnedTo({ id: "a", question: "In blue?", at: AT });
  page.archived({ id: "a", status: "removed" });
  expect(page.answering).toBeNull();
  page.stop();
});

it("says that nothing could be loaded, and tries again when asked", async () => {
  const { read } = api;
  api.read = () => Promise.reject(new ApiError(503, "Down", "Down"));
  const page = await loaded();
  expect([page.loaded, page.failed]).toEqual([true, true]);
  api.read = read;
  await page.load();
  expect([page.failed, page.standing.open.count]).toEqual([false, 2]);
});

it("says whether one may ask without a name, as the rules change", async () => {
  const page = await loaded();
  expect(page.anonymously).toBe(false);
  const rules = { slow_seconds: 0, followers_only: false, followers_minutes: 0, members_only: false, guests: true };
  page.ruled({ ...rules, shield: false, links: "accounts", anonymous_questions: true });
  expect(page.anonymously).toBe(true);
});
