import { expect, it } from "vitest";
import { split } from "./countdown";

const words = (ms: number) =>
  split(ms)
    ?.map(({ value, unit }) => `${value} ${unit}`)
    .join(" ") ?? null;

it.each([
  [90_061_000, "1 days 1 hours 1 min 1 s"],
  [3_600_000, "1 hours 0 min 0 s"],
  [59_000, "0 min 59 s"],
  [1, "0 min 1 s"],
  [0, null],
  [-5000, null],
])("splits %d ms", (ms, expected) => {
  expect(words(ms)).toBe(expected);
});
