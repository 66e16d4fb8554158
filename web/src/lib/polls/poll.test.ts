import { expect, it } from "vitest";
import { poll } from "../../../mock/asking";
import { chosen, counted, leading, secondsLeft, shares } from "./poll";

it.each([
  [
    [0, 0],
    [0, 0],
  ],
  [
    [1, 1, 1],
    [34, 33, 33],
  ],
  [
    [1, 2],
    [33, 67],
  ],
  [
    [2, 1, 1, 1, 1, 1],
    [29, 15, 14, 14, 14, 14],
  ],
  [
    [999, 1],
    [100, 0],
  ],
])("shares %j as %j per cent", (votes, parts) => {
  expect(shares(votes)).toEqual(parts);
});

it("moves one vote from what was chosen before to what is chosen now", () => {
  const open = { ...counted(poll("p"), [3, 1]), my_vote: 1 };
  const moved = chosen(open, 0);
  expect(moved.answers.map(({ votes }) => votes)).toEqual([4, 0]);
  expect([moved.votes, moved.my_vote, moved.answers[0]?.share]).toEqual([4, 0, 100]);
  expect(chosen({ ...open, my_vote: null }, 0).votes).toBe(5);
});

it("says which answers lead, and none before anybody voted", () => {
  expect(leading(counted(poll("p"), [2, 2]))).toEqual([0, 1]);
  expect(leading(poll("p"))).toEqual([]);
});

it("counts down to when a poll closes by itself, and not below nothing", () => {
  const noon = Date.parse("2026-01-01T12:00:00Z");
  expect(secondsLeft({ closes_at: "2026-01-01T12:00:30.500000Z" }, noon)).toBe(31);
  expect(secondsLeft({ closes_at: "2026-01-01T11:59:00.000000Z" }, noon)).toBe(0);
  expect(secondsLeft({ closes_at: null }, noon)).toBeNull();
});
