import { expect, it } from "vitest";
import { ReplayedQuestions } from "./replayed.svelte";

const chapters = [
  { at: 10, until: 20, question_id: "a", question: "In blue?" },
  { at: 30, until: 40, question_id: "b", question: "In oak?" },
];

it.each([
  [0, null],
  [10, "a"],
  [19.9, "a"],
  [20, null],
  [35, "b"],
])("at second %d what was answered is %s", (second, id) => {
  const replayed = new ReplayedQuestions(() => second);
  replayed.chapters = chapters;
  expect(replayed.card?.id ?? null).toBe(id);
});

it("stays away once it is put away, and comes again with the next", () => {
  let second = 12;
  const replayed = new ReplayedQuestions(() => second);
  replayed.chapters = chapters;
  replayed.dismiss();
  expect(replayed.card).toBeNull();
  second = 31;
  expect(replayed.card).toEqual({ id: "b", question: "In oak?" });
});
