import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Fetched } from "./fetched.svelte";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { querySelectorAll: () => [] });
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("is fetched once, when it is wanted first", async () => {
  const ask = vi.fn(() => Promise.resolve("part"));
  const part = new Fetched(ask);
  expect(ask).not.toHaveBeenCalled();
  part.want();
  part.want();
  await vi.advanceTimersByTimeAsync(0);
  expect([part.here, part.failed, ask.mock.calls.length]).toEqual(["part", false, 1]);
});

it("says that it did not come, and is tried again until it does", async () => {
  const ask = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("gone")).mockResolvedValue("part");
  const part = new Fetched(ask, () => 1);
  part.want();
  await vi.advanceTimersByTimeAsync(0);
  expect([part.here, part.failed]).toEqual([null, true]);
  await vi.advanceTimersByTimeAsync(1000);
  expect([part.here, part.failed]).toEqual(["part", false]);
});
