import { expect, it } from "vitest";
import { ServerClock } from "./clock";

const NOON = Date.parse("2026-01-01T12:00:00Z");
const at = (ms: number) => new Date(NOON + ms).toUTCString();

it("believes the local clock as far as the server does not say otherwise", () => {
  const clock = new ServerClock(() => NOON + 400);
  expect(clock.now()).toBe(NOON + 400);
  clock.heard(at(0), NOON + 300, NOON + 400);
  expect(clock.now()).toBe(NOON + 400);
  clock.heard(null, NOON, NOON);
  clock.heard("nonsense", NOON, NOON);
  expect(clock.now()).toBe(NOON + 400);
});

it("comes nearer with each answer where the local clock is wrong", () => {
  let local = NOON - 60_000;
  const clock = new ServerClock(() => local);
  clock.heard(at(0), local - 200, local);
  expect(clock.now()).toBe(NOON);
  local += 500;
  clock.heard(at(1000), local - 100, local);
  expect(clock.now()).toBe(NOON + 1000);
});

it("begins anew once a clock was set", () => {
  const clock = new ServerClock(() => NOON);
  clock.heard(at(60_000), NOON - 100, NOON);
  clock.heard(at(0), NOON - 100, NOON);
  expect(clock.now()).toBe(NOON);
});
