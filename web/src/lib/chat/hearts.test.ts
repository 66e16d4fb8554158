import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Hearts } from "./hearts.svelte";

let told: [emoji: string, count: number][];
let away: boolean;
let hearts: Hearts;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  away = false;
  hearts = new Hearts(async (emoji, count) => {
    if (away) throw new Error("away");
    told.push([emoji, count]);
  });
});
afterEach(() => vi.useRealTimers());

it("floats a tap at once and tells of all of them together", async () => {
  for (let tap = 0; tap < 5; tap += 1) hearts.tap("❤️");
  hearts.tap("🔥");
  expect([hearts.floating.length, hearts.count, told.length]).toEqual([6, 6, 0]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([
    ["❤️", 5],
    ["🔥", 1],
  ]);
});

it("tells no more at once than is taken", async () => {
  for (let tap = 0; tap < 70; tap += 1) hearts.tap("❤️");
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([["❤️", 20]]);
});

it("shows its own once, though the room counts them", async () => {
  hearts.tap("❤️");
  await vi.advanceTimersByTimeAsync(1000);
  hearts.hear({ "❤️": 3 });
  expect([hearts.count, hearts.floating.length]).toEqual([3, 3]);
  hearts.hear({ "❤️": 1 });
  expect(hearts.count).toBe(4);
});

it("takes none off for what never arrived", async () => {
  away = true;
  hearts.tap("❤️");
  await vi.advanceTimersByTimeAsync(1000);
  hearts.hear({ "❤️": 2 });
  expect(hearts.count).toBe(3);
});

it("has so many float and no more, however many are sent", () => {
  for (let told = 0; told < 50; told += 1) hearts.hear({ "❤️": 5000, "🔥": 9 });
  expect(hearts.floating.length).toBeLessThanOrEqual(36);
  expect(hearts.count).toBe(50 * 5009);
  for (const { key } of hearts.floating) hearts.done(key);
  expect(hearts.floating).toEqual([]);
  hearts.hear({ "❤️": 500 });
  expect(hearts.floating).toHaveLength(10);
});
