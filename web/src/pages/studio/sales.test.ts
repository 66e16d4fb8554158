import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../client/error";
import type { Sales } from "../../client/selling";
import { SalesBoard } from "./sales.svelte";

let asked: number;
let failure: ApiError | null;
const ask = async () => {
  asked += 1;
  if (failure) throw failure;
  return { orders: asked } as Sales;
};

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  failure = null;
});
afterEach(() => vi.useRealTimers());

it("asks at once, and then for all that came within two seconds together", async () => {
  const board = new SalesBoard("c", ask);
  for (let event = 0; event < 100; event += 1) board.hear();
  await vi.advanceTimersByTimeAsync(1999);
  expect([asked, board.value?.orders]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect([asked, board.value?.orders]).toEqual([2, 2]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
});

it("keeps what it knew while the server is away, and asks until it is back", async () => {
  const board = new SalesBoard("c", ask);
  board.hear();
  await vi.advanceTimersByTimeAsync(2000);
  failure = new ApiError(0, "No connection", "");
  board.hear();
  await vi.advanceTimersByTimeAsync(2000);
  expect([board.value?.orders, board.stale]).toEqual([1, true]);
  failure = null;
  await vi.advanceTimersByTimeAsync(2000);
  expect(board.stale).toBe(false);
});

it("leaves it where the reader may not see orders", async () => {
  const board = new SalesBoard("c", ask);
  failure = new ApiError(403, "Forbidden", "");
  board.hear();
  await vi.advanceTimersByTimeAsync(10_000);
  board.hear();
  expect([asked, board.value, board.stale]).toEqual([1, null, false]);
});
