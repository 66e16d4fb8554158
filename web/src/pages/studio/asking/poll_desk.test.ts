import { beforeEach, expect, it } from "vitest";
import { poll } from "../../../../mock/asking";
import { ApiError } from "../../../client/error";
import type { Poll } from "../../../client/types";
import { PollDesk, type PollDeskApi } from "./poll_desk.svelte";
import { draftOf, factsOf, problemsOf, timeName } from "./poll_draft";

const over = (id: string, opened_at: string): Poll => poll(id, { status: "closed", opened_at });
let pages: Poll[][];
let desk: PollDesk;

beforeEach(async () => {
  pages = [
    [poll("draft"), over("new", "2026-01-02T12:00:00.000000Z")],
    [over("new", "2026-01-02T12:00:00.000000Z"), over("old", "2026-01-01T12:00:00.000000Z")],
  ];
  const api: PollDeskApi = {
    list: (_channel, page) => Promise.resolve({ items: pages[page - 1] ?? [], pages: pages.length }),
    create: (_channel, { question, seconds }) => Promise.resolve(poll("made", { question, seconds })),
    update: (id, { question }) => Promise.resolve(poll(id, { question })),
    remove: () => Promise.resolve(),
    open: (id) => Promise.resolve(poll(id, { status: "open" })),
    close: (id) => Promise.resolve(poll(id, { status: "closed" })),
  };
  desk = new PollDesk("lamps", api);
  await desk.load();
});

const ids = (polls: readonly Poll[]) => polls.map(({ id }) => id);

it("loads drafts and results, page by page, each once", async () => {
  expect([ids(desk.drafts), ids(desk.over), desk.hasMore]).toEqual([["draft"], ["new"], true]);
  await desk.loadMore();
  expect([ids(desk.over), desk.hasMore]).toEqual([["new", "old"], false]);
});

it("prepares, opens, counts and closes", async () => {
  const id = await desk.save(null, { question: "Which?", answers: ["A", "B"], seconds: 60 });
  expect(ids(desk.drafts)).toEqual(["draft", "made"]);
  await desk.start(id);
  expect([desk.open?.id, ids(desk.drafts)]).toEqual(["made", ["draft"]]);
  desk.counted({ id, votes: [3, 1] });
  desk.counted({ id: "draft", votes: [9, 9] });
  expect(desk.open?.answers.map(({ share }) => share)).toEqual([75, 25]);
  await desk.close(id);
  expect([desk.open, ids(desk.over)]).toEqual([null, ["new", "made"]]);
  await desk.remove("draft");
  expect(desk.drafts).toEqual([]);
});

it("follows what others of the team do", () => {
  const { my_vote: _, ...opened } = poll("draft", { status: "open" });
  desk.opened(opened);
  expect(desk.open?.id).toBe("draft");
  desk.closed({ ...opened, status: "closed" });
  expect([desk.open, ids(desk.over)]).toEqual([null, ["new", "draft"]]);
});

it("says why it could not be loaded, and loads when asked again", async () => {
  const refusing = new PollDesk("lamps", {
    list: () => Promise.reject(new ApiError(503, "Down", "Out of order")),
  } as unknown as PollDeskApi);
  await refusing.load();
  expect([refusing.problem, refusing.loaded]).toEqual(["Out of order", false]);
});

it("reads the form: boxes left empty are no answers", () => {
  const draft = { question: " Which? ", answers: ["Oat", " ", "Celadon", ""], seconds: "120" };
  expect(factsOf(draft)).toEqual({ question: "Which?", answers: ["Oat", "Celadon"], seconds: 120 });
  expect(problemsOf(draft)).toEqual({});
  expect(factsOf({ ...draft, seconds: "" }).seconds).toBeNull();
  expect(draftOf(null)).toEqual({ question: "", answers: ["", ""], seconds: "" });
  expect(draftOf(poll("p", { seconds: 30 }))).toMatchObject({ answers: ["Oat", "Celadon"], seconds: "30" });
});

it("says what keeps a poll from being sent, by field", () => {
  const draft = { question: " ", answers: ["Oat", ""], seconds: "" };
  expect(Object.keys(problemsOf(draft))).toEqual(["question", "answers"]);
  expect(Object.keys(problemsOf({ ...draft, question: "Which?", answers: ["Oat", "oat"] }))).toEqual(["answers"]);
});

it("names how long a poll is open", () => {
  expect([timeName(30), timeName(60), timeName(600), timeName(90)]).toEqual([
    "30 seconds",
    "1 minute",
    "10 minutes",
    "90 seconds",
  ]);
});
