import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Heartbeat, type Watched } from "./heartbeat";

const sent = vi.fn();
vi.mock("../../client/api", () => ({
  audience: {
    heartbeat: async (...args: unknown[]) => {
      sent(...args);
      return { viewers: 7 };
    },
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  sent.mockClear();
  vi.stubGlobal("window", { localStorage: { getItem: () => "viewer", setItem: () => undefined } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("tells of a video apart from the show, and hears how many watch from the show alone", async () => {
  let watched: Watched | null = { channel: "c", place: null };
  const heard: number[] = [];
  const heartbeat = new Heartbeat(
    () => watched,
    async () => null,
    (viewers) => heard.push(viewers),
  );
  heartbeat.start();
  await vi.advanceTimersByTimeAsync(0);
  watched = { channel: "c", place: { media: "m", second: 12.5, playing: true } };
  await vi.advanceTimersByTimeAsync(10_000);
  watched = null;
  await vi.advanceTimersByTimeAsync(10_000);
  heartbeat.stop();
  expect(sent.mock.calls.map(([, , view, , place]) => [view, place?.media ?? null])).toEqual([
    [heartbeat.view(null), null],
    [heartbeat.view("m"), "m"],
  ]);
  expect(heartbeat.view("m")).not.toBe(heartbeat.view(null));
  expect(heard).toEqual([7]);
});
