import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Order, OrderFilter } from "../../../client/selling";
import { OrderList } from "./orders.svelte";

const ALL: OrderFilter = { channel: null, status: null, term: "" };
const order = (number: number, status = "placed") => ({ id: `o${number}`, number, status }) as Order;

let stored: Order[];
let asked: [OrderFilter, number][];
const ask = async (filter: OrderFilter, page: number) => {
  asked.push([filter, page]);
  const found = stored.filter(({ status }) => filter.status === null || status === filter.status);
  return { items: found.slice((page - 1) * 2, page * 2), pages: Math.ceil(found.length / 2), total: found.length };
};
const numbers = (list: OrderList) => list.value?.map(({ number }) => number);

beforeEach(() => {
  vi.useFakeTimers();
  stored = [order(3), order(2), order(1)];
  asked = [];
});
afterEach(() => vi.useRealTimers());

it("shows a page, and the next below it", async () => {
  const list = new OrderList(ALL, ask);
  await list.load();
  expect([numbers(list), list.more, list.total]).toEqual([[3, 2], true, 3]);
  await list.loadMore();
  expect([numbers(list), list.more]).toEqual([[3, 2, 1], false]);
});

it("takes in what happened, once for all that came together", async () => {
  const list = new OrderList(ALL, ask);
  await list.load();
  stored = [order(5), order(4), order(3, "cancelled"), order(2), order(1)];
  list.hear();
  list.hear();
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(2);
  expect([numbers(list), list.fresh?.number]).toEqual([[5, 4], 5]);
});

it("says of a change to an old order that nothing new came in", async () => {
  const list = new OrderList(ALL, ask);
  await list.load();
  stored = [order(3), order(2, "fulfilled"), order(1)];
  list.hear();
  await vi.advanceTimersByTimeAsync(1000);
  expect(list.value?.[1]?.status).toBe("fulfilled");
  expect(list.fresh).toBeNull();
});

it("begins anew with another filter, and leaves an answer to the former out", async () => {
  const list = new OrderList(ALL, ask);
  stored = [order(3), order(2, "paid"), order(1)];
  await list.load();
  await list.loadMore();
  const slow = list.load();
  await list.choose({ ...ALL, status: "paid" });
  await slow;
  expect(numbers(list)).toEqual([2]);
});

it("says of an order that came to a status, or that another filter finds, that nothing new came in", async () => {
  const list = new OrderList({ ...ALL, status: "paid" }, ask);
  await list.load();
  stored = [order(3, "paid"), order(2), order(1)];
  list.hear();
  await vi.advanceTimersByTimeAsync(1000);
  expect([numbers(list), list.fresh]).toEqual([[3], null]);
});
