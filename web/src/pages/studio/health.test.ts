import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { streamHealth } from "../../../mock/data";
import type { StreamHealth } from "../../client/types";
import { studio } from "../../texts/studio";
import { Health, wordsFor } from "./health.svelte";

const KEYFRAMES = { code: "no_keyframe", words: "No keyframe for 10 seconds." };
const SLOW = { code: "slow_network", words: "The stream arrives too slowly." };

let page: EventTarget & { visibilityState: string };
let answers: (() => Promise<StreamHealth | null>)[];
let asked: number;
let live: boolean;
let health: Health;

const answer = (changes: Partial<StreamHealth> = {}) => ({ ...streamHealth, ...changes });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("document", page);
  answers = [];
  asked = 0;
  live = true;
  health = new Health({
    ask: () => {
      asked += 1;
      return (answers.shift() ?? (async () => answer()))();
    },
    live: () => live,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Health", () => {
  it("asks for figures while the page is seen and somebody publishes", async () => {
    const stop = health.watch();
    await pass(10_000);
    expect(asked).toBe(2);
    page.visibilityState = "hidden";
    await pass(60_000);
    expect(asked).toBe(2);
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    expect(asked).toBe(3);
    live = false;
    answers = [async () => null];
    await pass(30_000);
    expect([asked, health.current]).toEqual([4, null]);
    live = true;
    stop();
    page.dispatchEvent(new Event("visibilitychange"));
    await pass(30_000);
    expect(asked).toBe(4);
  });

  it("shows what is wrong as soon as the room tells, and asks before it says that all is well", async () => {
    health.take(answer({ kbps: 2400 }));
    health.hear([KEYFRAMES]);
    expect([health.troubles, health.current?.kbps, asked]).toEqual([[KEYFRAMES], 2400, 0]);
    answers = [async () => answer()];
    health.hear([]);
    expect(health.troubles).toEqual([KEYFRAMES]);
    await pass(0);
    expect([health.troubles, asked]).toEqual([[], 1]);
  });

  it("asks at once where the room tells of a publisher not known yet", async () => {
    live = false;
    answers = [async () => answer({ troubles: [KEYFRAMES] })];
    health.hear([KEYFRAMES]);
    await pass(0);
    expect([asked, health.troubles]).toEqual([1, [KEYFRAMES]]);
  });

  it("leaves an answer that is older than what the room told", async () => {
    health.take(answer());
    let give: (health: StreamHealth) => void = () => undefined;
    answers = [() => new Promise((resolve) => (give = resolve))];
    const asking = health.ask();
    health.hear([SLOW]);
    give(answer());
    await asking;
    expect(health.troubles).toEqual([SLOW]);
  });

  it("says that figures are old while nobody answers, and keeps them", async () => {
    health.take(answer({ kbps: 2400 }));
    answers = [() => Promise.reject(new Error("offline"))];
    await health.ask();
    expect([health.stale, health.current?.kbps]).toEqual([true, 2400]);
    await health.ask();
    expect(health.stale).toBe(false);
  });

  it("reads out what is new, not what goes on with other words", async () => {
    health.take(answer());
    expect(health.announcement).toBe("");
    health.hear([KEYFRAMES]);
    expect(health.announcement).toBe(studio.troubles.no_keyframe);
    health.take(answer({ troubles: [{ ...KEYFRAMES, words: "No keyframe for 25 seconds." }] }));
    expect(health.announcement).toBe(studio.troubles.no_keyframe);
    health.hear([SLOW, KEYFRAMES]);
    expect(health.announcement).toBe(studio.troubles.slow_network);
    health.hear([KEYFRAMES]);
    expect(health.announcement).toBe(studio.troubles.slow_network);
    answers = [async () => answer()];
    health.hear([]);
    await pass(0);
    expect(health.announcement).toBe(studio.health.fine);
  });

  it("says a trouble it does not know in the server's words", () => {
    expect(wordsFor({ code: "of_a_newer_server", words: "Something is wrong." })).toBe("Something is wrong.");
  });
});
