import { expect, it } from "vitest";
import type { Order } from "../../../client/selling";
import { draftOf, problemsOf, refundOf, remaining } from "./refund";

const order = {
  currency: "EUR",
  total: 30.3,
  refunded: 10.1,
  items: {
    data: [
      { id: 1, quantity: 3, refunded_quantity: 1 },
      { id: 2, quantity: 1, refunded_quantity: 0 },
    ],
  },
} as Order;

it("gives back all that is left where nothing is chosen", () => {
  expect(problemsOf(order, draftOf(order))).toEqual({});
  expect(refundOf(order, draftOf(order))).toEqual({ restock: false, note: null });
  expect(remaining(order)).toBe(20.2);
});

it("gives back an amount, and no more than there is", () => {
  const draft = { ...draftOf(order), kind: "amount" as const };
  expect(refundOf(order, { ...draft, amount: "20.20", note: " Broken " })).toMatchObject({
    amount: "20.20",
    note: "Broken",
  });
  expect(problemsOf(order, { ...draft, amount: "20.20" })).toEqual({});
  for (const wrong of ["", "0", "20.21", "-1", "1e309", "a"])
    expect(Object.keys(problemsOf(order, { ...draft, amount: wrong }))).toEqual(["amount"]);
});

it("gives back pieces of lines, and none that went back before", () => {
  const draft = { ...draftOf(order), kind: "pieces" as const, restock: true };
  expect(Object.keys(problemsOf(order, draft))).toEqual(["items"]);
  expect(Object.keys(problemsOf(order, { ...draft, pieces: { 1: "3", 2: "x" } }))).toEqual(["piece-1", "piece-2"]);
  const two = { ...draft, pieces: { 1: "2", 2: "" } };
  expect(problemsOf(order, two)).toEqual({});
  expect(refundOf(order, two)).toEqual({ restock: true, note: null, items: [{ id: 1, quantity: 2 }] });
});
