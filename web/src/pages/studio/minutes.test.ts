import { expect, it, vi } from "vitest";
import type { Minutes } from "../../client/types";
import { MinutesLeft } from "./minutes.svelte";

const answer = (seconds: number | null, grace_seconds = 600): Minutes => ({
  seconds,
  grace_seconds,
  stage: "enough",
  until: "2026-12-01T00:00:00.000000Z",
});
const event = { session_id: "s", stage: "low", seconds: 360, grace_seconds: 600 } as const;

it("counts the month down while a show is on, and then the grace", async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const left = new MinutesLeft(async () => answer(90));
  await left.load();
  expect(left.at(1_030_999, true)).toEqual({ seconds: 60, grace: false });
  expect(left.at(1_090_000, true)).toEqual({ seconds: 600, grace: true });
  expect(left.at(1_100_000, true)).toEqual({ seconds: 590, grace: true });
  expect(left.at(9_000_000, true)).toEqual({ seconds: 0, grace: true });
  expect(left.at(9_000_000, false)).toEqual({ seconds: 90, grace: false });
  vi.useRealTimers();
});

it("says nothing where nothing bounds them", async () => {
  const left = new MinutesLeft(async () => answer(null));
  await left.load();
  left.hear(event);
  expect([left.current, left.at(Date.now(), true)]).toEqual([null, null]);
});

it("takes what the room tells for newer than an answer on its way", async () => {
  let tell = (_: Minutes) => {};
  const answers = [Promise.resolve(answer(400)), new Promise<Minutes>((resolve) => (tell = resolve))];
  const left = new MinutesLeft(() => answers.shift() as Promise<Minutes>);
  await left.load();
  const asking = left.load();
  left.hear(event);
  tell(answer(400));
  await asking;
  expect(left.current).toMatchObject({ stage: "low", seconds: 360 });
  expect(left.announcement).not.toBe("");
});
