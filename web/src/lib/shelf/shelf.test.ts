import { describe, expect, it, vi } from "vitest";
import type { Product } from "../../client/types";
import { formatPrice, safeLink } from "./money";
import { holdFor, Shelf } from "./shelf.svelte";

const product = (id: number, bumped = false): Product => ({
  id,
  name: `Product ${id}`,
  link: "https://shop.test/",
  price: id,
  currency: "USD",
  image: "",
  quantity: { total: null, sold: 0, available: 0, no_limit: true },
  bumped,
});
const promotion = (id: number, at = "2026-01-01T12:00:00.000Z") => ({ product: product(id, true), at });

describe("Shelf", () => {
  it("features one product at a time", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1, true), product(2)]));
    expect(shelf.card?.id).toBe(1);
    shelf.promote(promotion(2));
    expect(shelf.products.map(({ bumped }) => bumped)).toEqual([false, true]);
    expect(shelf.card?.id).toBe(2);
  });

  it("features nothing any longer once the host takes it back, but another that was featured since", () => {
    const shelf = new Shelf();
    shelf.promote(promotion(1));
    shelf.unpromote({ product_id: 1 });
    expect([shelf.card, shelf.featured]).toEqual([null, null]);
    shelf.promote(promotion(2));
    shelf.unpromote({ product_id: 1 });
    expect(shelf.card?.id).toBe(2);
  });

  it("features a product that was not on the shelf yet", () => {
    const shelf = new Shelf();
    shelf.promote(promotion(9));
    expect(shelf.products.map(({ id }) => id)).toEqual([9]);
  });

  it("keeps a dismissed card away when the same products are loaded again", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1, true)]));
    shelf.dismiss();
    await shelf.load(Promise.resolve([product(1, true)]));
    expect(shelf.card).toBeNull();
    expect(shelf.featured?.id).toBe(1);
    shelf.promote(promotion(1));
    expect(shelf.card?.id).toBe(1);
  });

  it("keeps what is told while an answer is on its way that may not know of it", async () => {
    const shelf = new Shelf();
    const answer = Promise.resolve([product(1, true), product(2)]);
    const loading = shelf.load(answer);
    shelf.enable({ product: { ...product(2), price: 5 } });
    shelf.enable({ product: product(3) });
    shelf.disable({ product_id: 1 });
    shelf.promote(promotion(3));
    await loading;
    expect(shelf.products.map(({ id, price, bumped }) => [id, price, bumped])).toEqual([
      [2, 5, false],
      [3, 3, true],
    ]);
    expect(shelf.card?.id).toBe(3);
  });

  it("shows what it is told that the answer knows already only once", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1, true), product(2)]));
    shelf.enable({ product: product(2) });
    shelf.promote(promotion(1));
    shelf.disable({ product_id: 7 });
    expect(shelf.products.map(({ id, bumped }) => [id, bumped])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it("takes the card away with its product", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1, true), product(2)]));
    shelf.disable({ product_id: 1 });
    expect(shelf.card).toBeNull();
    expect(shelf.products.map(({ id }) => id)).toEqual([2]);
  });

  it("shows a changed product on its card at once", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1, true), product(2)]));
    shelf.enable({ product: { ...product(1, true), price: 5 } });
    expect(shelf.card?.price).toBe(5);
  });

  it("shows a held promotion with what its product was changed to, and not at all once it is deleted", async () => {
    vi.useFakeTimers();
    const shelf = new Shelf(() => new Date("2026-01-01T12:00:00.000Z"));
    await shelf.load(Promise.resolve([product(1), product(2)]));
    shelf.promote(promotion(1, "2026-01-01T12:00:01.500Z"));
    shelf.enable({ product: { ...product(1, true), price: 5 } });
    expect(shelf.featured).toBeNull();
    vi.advanceTimersByTime(1500);
    expect(shelf.card?.price).toBe(5);
    shelf.promote(promotion(2, "2026-01-01T12:00:01.500Z"));
    shelf.disable({ product_id: 2 });
    vi.advanceTimersByTime(1500);
    expect(shelf.products.map(({ id }) => id)).toEqual([1]);
    vi.useRealTimers();
  });

  it("shows a promotion with the frame it belongs to", () => {
    vi.useFakeTimers();
    const shelf = new Shelf(() => new Date("2026-01-01T12:00:00.000Z"));
    shelf.promote(promotion(1, "2026-01-01T12:00:01.500Z"));
    vi.advanceTimersByTime(1499);
    expect(shelf.card).toBeNull();
    vi.advanceTimersByTime(1);
    expect(shelf.card?.id).toBe(1);
    vi.useRealTimers();
  });
});

describe("holdFor", () => {
  const playing = new Date("2026-01-01T12:00:00Z");
  it.each([
    ["2026-01-01T12:00:02Z", playing, 2000],
    ["2026-01-01T11:59:58Z", playing, 0],
    ["2026-01-01T12:05:00Z", playing, 0],
    ["2026-01-01T12:00:02Z", null, 0],
    ["nonsense", playing, 0],
  ])("holds %s back by what the picture lags", (time, at, expected) => {
    expect(holdFor(time, at)).toBe(expected);
  });
});

describe("formatPrice", () => {
  it.each([
    [48, "USD", "$48"],
    [62.5, "USD", "$62.50"],
    [1200, "JPY", "¥1,200"],
    [3, "POINTS", "3 POINTS"],
    [9.5, null, "9.50"],
    [null, "USD", ""],
  ])("writes %s %s as %s", (price, currency, expected) => {
    expect(formatPrice(price, currency, "en-US")).toBe(expected);
  });
});

describe("safeLink", () => {
  it.each([
    ["https://shop.test/a b", "https://shop.test/a%20b"],
    ["javascript:alert(1)", null],
    ["/relative", null],
    [null, null],
  ])("lets %s through as %s", (link, expected) => {
    expect(safeLink(link)).toBe(expected);
  });
});
