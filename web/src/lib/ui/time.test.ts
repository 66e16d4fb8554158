import { expect, it } from "vitest";
import { relative } from "./time";

const NOW = Date.parse("2026-03-10T12:00:00Z");

it.each([
  ["2026-03-10T11:59:40.000000Z", "just now"],
  ["2026-03-10T11:55:00.000000Z", "5 minutes ago"],
  ["2026-03-10T09:30:00.000000Z", "2 hours ago"],
  ["2026-03-09T11:00:00.000000Z", "yesterday"],
  ["2026-03-10T15:00:01.000000Z", "in 3 hours"],
  ["2026-02-01T12:00:00.000000Z", "Feb 1, 2026"],
  ["nonsense", ""],
])("says %o as %o", (iso, words) => {
  expect(relative(iso, NOW, "en-US")).toBe(words);
});
