import { beforeEach, expect, it, vi } from "vitest";
import { question } from "../../../../mock/asking";
import { ApiError } from "../../../client/error";
import type { Question, QuestionsPage, Which } from "../../../client/types";
import { applies, KEYS } from "./acts";
import { QuestionDesk, type QuestionDeskApi } from "./question_desk.svelte";

const AT = "2026-01-01T12:00:00.000Z";
const asker = question("any").author;
let piles: Partial<Record<Which, Question[]>>;
let calls: string[];
let desk: QuestionDesk;

const page = (data: Question[]): QuestionsPage => ({
  data,
  meta: { cursor: null, pinned: null, answering: null, anonymous: false },
});

beforeEach(async () => {
  piles = {
    open: [question("a", { votes: 3 }), question("b", { votes: 2, created_at: "2099-01-01T00:00:00.000000Z" })],
    held: [question("h", { state: "held" })],
  };
  calls = [];
  const said =
    (name: string, changes: Partial<Question>) =>
    (id: string): Promise<Question> => {
      calls.push(`${name} ${id}`);
      return Promise.resolve(question(id, changes));
    };
  const api: QuestionDeskApi = {
    read: (_channel, which) => {
      calls.push(`read ${which}`);
      return Promise.resolve(page(piles[which] ?? []));
    },
    archive: (_channel, id, status) => said(status, { status })(id),
    restore: said("restore", {}),
    review: (id, decision) => said(decision, decision === "approve" ? {} : { status: "removed" })(id),
    pin: said("pin", { pinned: true }),
    unpin: said("unpin", {}),
    answer: (id, answer) => said("answer", { status: "answered", answer })(id),
    startAnswering: said("start", { answering: true, question: "In blue?" }),
    stopAnswering: () => Promise.resolve(void calls.push("stop")),
    allowAnonymous: () => Promise.resolve(),
  };
  desk = new QuestionDesk("lamps", api);
  await desk.load();
});

const ids = (pile: Which) => desk.standing[pile].list.map(({ id }) => id);

it("loads what is open and what waits, and the rest once somebody looks", async () => {
  expect([calls, ids("open"), ids("held")]).toEqual([["read open", "read held"], ["a", "b"], ["h"]]);
  await desk.want("removed");
  await desk.want("removed");
  expect(calls.filter((call) => call === "read removed")).toHaveLength(1);
});

it("orders by votes or by age, and moves nothing under a finger", () => {
  desk.order("newest");
  expect(ids("open")).toEqual(["b", "a"]);
  desk.order("votes");
  desk.counted({ votes: { b: 9 } });
  expect([ids("open"), desk.standing.open.moved]).toEqual([["a", "b"], true]);
});

it("takes what is dealt with out of its pile at once, and puts it back", async () => {
  await desk.done("a");
  expect(ids("open")).toEqual(["b"]);
  await desk.restore("a");
  desk.standing.open.settle();
  expect(ids("open")).toContain("a");
  await desk.remove("b");
  expect(ids("open")).toEqual(["a"]);
  await desk.write("a", "Yes.");
  expect([ids("open"), desk.standing.answered.count]).toEqual([[], 1]);
});

it("says what the host answers until that is done, removed or stopped", async () => {
  const [a] = desk.standing.open.list;
  await desk.answerNow(a as Question);
  expect(desk.answering).toEqual({ id: "a", question: "In blue?" });
  await desk.stop();
  expect(desk.answering).toBeNull();
  desk.turnedTo({ id: "a", question: "In blue?", at: AT });
  desk.archived({ id: "a", status: "answered" });
  expect(desk.answering).toBeNull();
  desk.turnedTo({ id: "b", question: "In blue?", at: AT });
  await desk.done("b");
  expect(desk.answering).toBeNull();
});

it("lets what waits in or away", async () => {
  desk.held(question("i", { state: "held" }));
  expect(desk.standing.held.count).toBe(2);
  await desk.review("h", "approve");
  await desk.review("i", "reject");
  expect([desk.standing.held.count, desk.standing.open.count, desk.standing.removed.count]).toEqual([0, 3, 1]);
});

it("pins one at a time", async () => {
  await desk.pin(question("a"));
  desk.pinned({ id: "b" });
  expect(desk.standing.open.list.filter(({ pinned }) => pinned).map(({ id }) => id)).toEqual(["b"]);
  await desk.pin(question("b", { pinned: true }));
  expect(desk.standing.open.list.some(({ pinned }) => pinned)).toBe(false);
});

it("asks who asked anonymously, since the room is not told, and keeps what it knows", async () => {
  vi.useFakeTimers();
  try {
    piles.open = [...(piles.open ?? []), question("n", { anonymous: true, author: asker })];
    const told = question("n", { anonymous: true, author: { data: [] } });
    desk.created(told);
    expect(desk.unseen).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    desk.created(told);
    desk.standing.open.settle();
    expect(desk.standing.open.list.find(({ id }) => id === "n")?.author).toEqual(asker);
    expect(desk.unseen).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

it("says why a pile could not be loaded", async () => {
  const refusing = new QuestionDesk("lamps", {
    read: () => Promise.reject(new ApiError(503, "Down", "Out of order")),
  } as unknown as QuestionDeskApi);
  await refusing.load();
  expect(refusing.problem).toBe("Out of order");
});

it("does by keys only what fits the question", () => {
  expect(KEYS["a"]).toBe("answer");
  expect([applies("answer", "open"), applies("answer", "answered"), applies("restore", "removed")]).toEqual([
    true,
    false,
    true,
  ]);
  expect(applies("remove", "removed")).toBe(false);
});
