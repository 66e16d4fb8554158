import { expect, it } from "vitest";
import { dayBetween } from "./days";

const NOW = new Date(2026, 4, 20, 12);
const at = (month: number, day: number, year = 2026) => new Date(year, month, day, 9).toISOString();

it("names a day where it begins", () => {
  expect(dayBetween(at(4, 19), at(4, 20), NOW)).toBe("Today");
  expect(dayBetween(at(4, 18), at(4, 19), NOW)).toBe("Yesterday");
  expect(dayBetween(at(4, 1), at(4, 3), NOW)).toContain("May");
  expect(dayBetween(undefined, at(0, 3, 2025), NOW)).toContain("2025");
});

it("says nothing within a day, nor of today at the beginning, nor of no time at all", () => {
  expect(dayBetween(at(4, 20), at(4, 20), NOW)).toBeNull();
  expect(dayBetween(undefined, at(4, 20), NOW)).toBeNull();
  expect(dayBetween(undefined, "", NOW)).toBeNull();
});
