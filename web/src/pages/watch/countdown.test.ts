import { expect, it } from "vitest";
import { split } from "./countdown";

const words = (ms: number) =>
  split(ms)
    ?.map(({ value, unit }) => `${value} ${unit}`)
    .join(" ") ?? null;

it.each([
  [90_061_000, "1 days 1 hours 1 minutes 1 seconds"],
  [3_600_000, "1 hours 0 minutes 0 seconds"],
  [59_000, "0 minutes 59 seconds"],
  [1, "0 minutes 1 seconds"],
  [0, null],
  [-5000, null],
])("splits %d ms", (ms, expected) => {
  expect(words(ms)).toBe(expected);
});
