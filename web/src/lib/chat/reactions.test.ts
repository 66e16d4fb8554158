import { expect, it } from "vitest";
import { counted, reacted } from "./reactions";

const one = { emoji: "👍", count: 1, mine: false };

it("adds one's own, joins in, and takes back, each once", () => {
  expect(reacted([], "👍", true)).toEqual([{ emoji: "👍", count: 1, mine: true }]);
  const joined = reacted([one], "👍", true);
  expect(joined).toEqual([{ emoji: "👍", count: 2, mine: true }]);
  expect(reacted(joined, "👍", true)).toBe(joined);
  expect(reacted(joined, "👍", false)).toEqual([one]);
  expect(reacted([{ ...one, mine: true }], "👍", false)).toEqual([]);
  expect(reacted([], "👍", false)).toEqual([]);
});

it("keeps the order in which they were seen", () => {
  expect(counted([one, { emoji: "🔥", count: 4, mine: true }], { "🎉": 9, "🔥": 5, "👍": 2 })).toEqual([
    { emoji: "👍", count: 2, mine: false },
    { emoji: "🔥", count: 5, mine: true },
    { emoji: "🎉", count: 9, mine: false },
  ]);
  expect(counted([one], {})).toEqual([]);
});
