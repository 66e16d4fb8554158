import { expect, it } from "vitest";
import { spread } from "./turn";

it.each([
  ["nobody waits where few watch", 20, false, 20],
  ["hundreds spread over part of a second", 600, false, 600],
  ["thousands over two seconds, and no longer", 50_000, false, 2000],
  ["over a second who was not counted", null, false, 1000],
  ["longer where nobody looks", 20, true, 10_000],
])("%s", (_, viewers, hidden, ms) => {
  expect(spread(viewers, hidden)).toBe(ms);
});
