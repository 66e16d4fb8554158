import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { reader, rules } from "../../../mock/data";
import { Standing } from "./standing.svelte";

const all = { enabled: true, guests: true, signedIn: true, following: false };
let standing: Standing;
const why = (more: Partial<typeof all> = {}) => standing.obstacle({ ...all, ...more })?.why ?? null;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-05-01T12:00:00Z") });
  standing = new Standing(() => Date.now());
  standing.read(rules, reader);
});
afterEach(() => vi.useRealTimers());

it("lets everybody write where nothing is asked", () => {
  expect([why(), why({ signedIn: false })]).toEqual([null, null]);
});

it("says that there is no chat, or none for guests", () => {
  expect([why({ enabled: false }), why({ signedIn: false, guests: false })]).toEqual(["off", "guests"]);
  standing.ruled({ ...rules, guests: false });
  expect([why({ signedIn: false }), why()]).toEqual(["guests", null]);
});

it("asks to follow who does not, and nobody of the team", () => {
  standing.ruled({ ...rules, followers_only: true });
  expect([why(), why({ following: true }), why({ signedIn: false })]).toEqual(["followers", null, "guests"]);
  standing.read({ ...rules, followers_only: true }, { ...reader, role: "editor" });
  expect(why()).toBeNull();
});

it("asks nothing of who moderates", () => {
  standing.read({ ...rules, followers_only: true, slow_seconds: 30 }, { ...reader, may_moderate: true });
  standing.said();
  expect([why(), standing.slowUntil]).toEqual([null, 0]);
});

it("ends a time-out by itself, and takes a longer one for the last word", () => {
  standing.banned("2026-05-01T12:00:10Z", "caps");
  expect(standing.obstacle(all)).toEqual({ why: "banned", until: new Date("2026-05-01T12:00:10Z"), reason: "caps" });
  vi.advanceTimersByTime(5000);
  standing.banned("2026-05-01T12:01:00Z", null);
  vi.advanceTimersByTime(20_000);
  expect(why()).toBe("banned");
  vi.advanceTimersByTime(36_000);
  expect(why()).toBeNull();
});

it("knows of a ban for good, and of its end", () => {
  standing.banned(null, null);
  vi.advanceTimersByTime(2 ** 31);
  expect(why()).toBe("banned");
  standing.unbanned();
  expect(why()).toBeNull();
});

it("has who wrote under slow mode wait, until that is over", () => {
  standing.ruled({ ...rules, slow_seconds: 30 });
  standing.said();
  expect(standing.slowUntil).toBe(Date.now() + 30_000);
  standing.wait(60);
  expect(standing.slowUntil).toBe(Date.now() + 60_000);
  standing.ruled({ ...rules, slow_seconds: 5 });
  expect(standing.slowUntil).toBe(Date.now() + 35_000);
  standing.ruled({ ...rules, slow_seconds: 0 });
  expect(standing.slowUntil).toBe(0);
});
