import { describe, expect, it } from "vitest";
import { product } from "../../../mock/data";
import { differs, isKept, fewOf, leftOf, mostOf, offerOf, soldOut } from "./offer";
import { remaining } from "./remaining";

const NOON = Date.parse("2026-01-01T12:00:00Z");
const lamp = product(1, "Walnut lamp", 20, "https://shop.test/lamp", "");
const deal = { price: 15, ends_at: "2026-01-01T12:00:10Z", quantity: null, left: null, before_at_most: null };
const stock = (available: number) => ({ total: 9, sold: 0, available, reserved: 0, no_limit: false });

describe("what it costs", () => {
  it.each([
    [lamp, { price: 20, was: null, deal: false }],
    [
      { ...lamp, compare_at_price: 25 },
      { price: 20, was: 25, deal: false },
    ],
    [
      { ...lamp, compare_at_price: 20 },
      { price: 20, was: null, deal: false },
    ],
    [
      { ...lamp, deal, compare_at_price: 25 },
      { price: 15, was: 20, deal: true },
    ],
    [
      { ...lamp, deal: { ...deal, before_at_most: 18 } },
      { price: 15, was: 18, deal: true },
    ],
    [
      { ...lamp, deal: { ...deal, before_at_most: 15 } },
      { price: 15, was: null, deal: true },
    ],
    [
      { ...lamp, deal: { price: 15, ends_at: null, quantity: 3, left: 0, before_at_most: null } },
      { price: 20, was: null, deal: false },
    ],
    [
      { ...lamp, price: null },
      { price: null, was: null, deal: false },
    ],
  ])("is its price, a deal's while that goes on", (of, expected) => {
    expect(offerOf(of, null, NOON)).toEqual(expected);
  });

  it("is no deal's any more the moment it ends by the server's clock", () => {
    expect(offerOf({ ...lamp, deal }, null, NOON + 9_999).price).toBe(15);
    expect(offerOf({ ...lamp, deal }, null, NOON + 10_000).price).toBe(20);
  });

  it("is the variant's own where it has one", () => {
    expect(offerOf({ ...lamp, compare_at_price: 25 }, { price: 30 }, NOON)).toEqual({
      price: 30,
      was: null,
      deal: false,
    });
    const variants = (...prices: (number | null)[]) => ({
      ...lamp,
      variants: { data: prices.map((price) => ({ price })) },
    });
    expect(offerOf(variants(null, 15, 30) as never, null, NOON).price).toBe(15);
    expect(offerOf(variants(22, 30) as never, null, NOON).price).toBe(22);
    expect(differs(variants(null, 20) as never)).toBe(false);
    expect(differs(variants(null, 22) as never)).toBe(true);
  });
});

describe("what is left", () => {
  it("is said where it is little, and has no end where no stock is kept", () => {
    expect([leftOf(lamp), fewOf(lamp), soldOut(lamp)]).toEqual([null, null, false]);
    const some = (available: number) => ({ ...lamp, quantity: stock(available) });
    expect([0, 1, 5, 6].map((available) => fewOf(some(available)))).toEqual([null, 1, 5, null]);
    expect(soldOut(some(0))).toBe(true);
    expect(mostOf({ max_per_buyer: 3 }, some(9))).toBe(3);
    expect(mostOf({ max_per_buyer: 3 }, some(2))).toBe(2);
    expect(mostOf({ max_per_buyer: null }, lamp)).toBe(1000);
  });
});

it.each([
  [0, null],
  [-1, null],
  [1, "0:01"],
  [65_000, "1:05"],
  [3_725_000, "1:02:05"],
])("%s ms are shown as %s", (milliseconds, expected) => {
  expect(remaining(milliseconds)).toBe(expected);
});

describe("what is kept for who waited", () => {
  const offered = { product_id: 1, variant_id: 7, name: "Lamp (red)", until: "2026-01-01T12:00:00Z" };
  const noon = Date.parse(offered.until);

  it("is that article alone, and only so long", () => {
    expect(isKept(offered, { id: 1 }, { id: 7 }, noon - 1)).toBe(true);
    expect(isKept(offered, { id: 1 }, { id: 7 }, noon)).toBe(false);
    expect(isKept(offered, { id: 1 }, { id: 8 }, noon - 1)).toBe(false);
    expect(isKept(offered, { id: 1 }, null, noon - 1)).toBe(false);
    expect(isKept(null, { id: 1 }, null, noon - 1)).toBe(false);
  });
});
