import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Playback } from "../../client/types";
import type { RealtimeOptions } from "../../lib/realtime/realtime";
import type { Session } from "../../lib/session/session.svelte";
import { Show } from "./show.svelte";

let live: boolean[];
let realtime: RealtimeOptions;

const details = (is_live: boolean) =>
  ({
    iCanSee: true,
    thread_id: 1,
    shop_enabled: false,
    stream: { data: { is_live, playback: { data: { hls_url: "https://shop.example/hls" } } } },
  }) as unknown as Playback;

vi.mock("../../client/api", async (original) => ({
  ...(await original<typeof import("../../client/api")>()),
  audience: { details: async () => details(live.shift() ?? false) },
}));
vi.mock("../../lib/realtime/realtime", () => ({
  Realtime: class {
    constructor(options: RealtimeOptions) {
      realtime = options;
    }
  },
}));

const begun = () =>
  realtime.onEvent({ event: "stream.started", data: { session_id: "s1" }, at: "2026-01-01T12:00:00Z" });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { localStorage: { getItem: () => null, setItem: () => undefined } });
  vi.stubGlobal("localStorage", window.localStorage);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("asks once more when the answer has not heard of the show that began", async () => {
  live = [false, false, true];
  const show = new Show("lamps", { user: null, signedIn: false } as Session);
  await show.reload();
  begun();
  await vi.advanceTimersByTimeAsync(0);
  expect(show.phase).toBe("upcoming");
  await vi.runOnlyPendingTimersAsync();
  expect(show.phase).toBe("live");
});

it("asks no more than once more", async () => {
  live = [false, false, false, true];
  const show = new Show("lamps", { user: null, signedIn: false } as Session);
  await show.reload();
  begun();
  await vi.runAllTimersAsync();
  await vi.runAllTimersAsync();
  expect(show.phase).toBe("upcoming");
  expect(live).toEqual([true]);
});
