import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { product as made } from "../../../mock/data";
import type { Product } from "../../client/types";
import { formatPrice, safeLink } from "./money";
import { Shelf } from "./shelf.svelte";

const NOON = "2026-01-01T12:00:00.000Z";

const product = (id: number, bumped = false): Product => ({
  ...made(id, `Product ${id}`, id, "https://shop.test/", ""),
  bumped,
  bumped_at: bumped ? NOON : null,
  pinned: bumped ? "large" : null,
  pinned_at: bumped ? NOON : null,
});
const promotion = (id: number, at = "2026-01-01T12:00:01.000Z") => ({ product: product(id, true), at });

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
    shelf.unpromote({ product_id: 1, at: "2026-01-01T12:00:02.000Z" });
    expect([shelf.card, shelf.featured]).toEqual([null, null]);
    shelf.promote(promotion(2, "2026-01-01T12:00:04.000Z"));
    shelf.unpromote({ product_id: 1, at: "2026-01-01T12:00:03.000Z" });
    expect(shelf.card?.id).toBe(2);
  });

  it("has small ones stand beside the featured one, each until it is taken back", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1, true), product(2), product(3)]));
    for (const id of [2, 3]) shelf.promote({ product: product(id), at: "2026-01-01T12:00:01.000Z", size: "small" });
    expect([shelf.featured?.id, shelf.small.map(({ id }) => id)]).toEqual([1, [2, 3]]);
    shelf.unpromote({ product_id: 2, at: "2026-01-01T12:00:02.000Z", size: "small" });
    shelf.promote(promotion(3, "2026-01-01T12:00:03.000Z"));
    expect([shelf.featured?.id, shelf.small.map(({ id }) => id)]).toEqual([3, []]);
    await shelf.load(Promise.resolve([product(1), { ...product(2), pinned: "small", pinned_at: NOON }, product(3)]));
    expect([shelf.featured, shelf.small.map(({ id }) => id)]).toEqual([null, [2]]);
  });

  it("says at once what is left of a product and of its variants", async () => {
    const shelf = new Shelf();
    const quantity = { total: 5, sold: 0, available: 5, reserved: 0, no_limit: false };
    const variant = { id: 7, name: "M", options: { Size: "M" }, price: null, quantity, available: 5 };
    const own = { keeps_own_stock: true, sku: null, reference: null, image: null };
    await shelf.load(Promise.resolve([{ ...product(1), variants: { data: [{ ...variant, ...own }] } }]));
    const left = { available: 0, reserved: 5, no_limit: false };
    shelf.stock({ product_id: 1, quantity: { ...quantity, ...left }, variants: [{ id: 7, ...left }] });
    expect(shelf.products[0]?.quantity).toEqual({ ...quantity, ...left });
    expect(shelf.products[0]?.variants.data[0]).toMatchObject({ available: 0, quantity: left });
  });

  it("shows a deal while it goes", async () => {
    const shelf = new Shelf();
    await shelf.load(Promise.resolve([product(1), product(2)]));
    shelf.startDeal({ product_id: 2, price: 1.5, currency: "USD", ends_at: null, quantity: 3, before_at_most: null });
    expect(shelf.products.map(({ deal }) => deal?.left ?? null)).toEqual([null, 3]);
    shelf.endDeal({ product_id: 2 });
    expect(shelf.products.map(({ deal }) => deal)).toEqual([null, null]);
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
});

describe("Shelf beside a picture", () => {
  const noon = Date.parse(NOON);
  const after = (seconds: number) => new Date(noon + seconds * 1000).toISOString();
  let moment: number | null;
  let shelf: Shelf;
  /** The picture goes on, or back, to so many seconds after noon; the page notices soon. */
  const goTo = (seconds: number | null) => {
    moment = seconds === null ? null : noon + seconds * 1000;
    vi.advanceTimersByTime(150);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    moment = noon;
    shelf = new Shelf(() => moment);
  });
  afterEach(() => {
    shelf.stop();
    vi.useRealTimers();
  });

  it("features a product with the frame the host saw, however long the picture takes to come there", () => {
    shelf.promote(promotion(1, after(10)));
    goTo(9.8);
    vi.advanceTimersByTime(60_000); // paused
    expect(shelf.card).toBeNull();
    goTo(10);
    expect(shelf.card?.id).toBe(1);
  });

  it("follows each change of a viewer who is behind, and goes back with the picture", () => {
    shelf.promote(promotion(1, after(2)));
    shelf.promote(promotion(2, after(4)));
    shelf.unpromote({ product_id: 2, at: after(6) });
    const seen = [1, 2.1, 4.1, 6.1, 4.1, 2.1, 1].map((seconds) => {
      goTo(seconds);
      return shelf.featured?.id ?? null;
    });
    expect(seen).toEqual([null, 1, 2, null, 2, 1, null]);
  });

  it("waits for the first picture after a reload", async () => {
    moment = Number.NEGATIVE_INFINITY;
    await shelf.load(Promise.resolve([product(1, true)]));
    expect(shelf.featured).toBeNull();
    goTo(-0.5);
    expect(shelf.featured).toBeNull();
    goTo(0);
    expect(shelf.card?.id).toBe(1);
  });

  it("waits for nothing where there is no picture, or where the clocks disagree", () => {
    moment = null;
    shelf.promote(promotion(1, after(5)));
    expect(shelf.card?.id).toBe(1);
    goTo(0);
    expect(shelf.card).toBeNull();
    shelf.promote(promotion(2, after(3600)));
    expect(shelf.card?.id).toBe(2);
    shelf.promote(promotion(3, "nonsense"));
    expect(shelf.card?.id).toBe(2);
  });

  it("shows what a product was changed to meanwhile, and not at all once it is deleted", async () => {
    await shelf.load(Promise.resolve([product(1), product(2)]));
    shelf.promote(promotion(1, after(1)));
    shelf.enable({ product: { ...product(1, true), pinned_at: after(1), price: 5 } });
    expect(shelf.featured).toBeNull();
    goTo(1);
    expect(shelf.card?.price).toBe(5);
    shelf.promote(promotion(2, after(2)));
    shelf.disable({ product_id: 2 });
    goTo(2);
    expect(shelf.card).toBeNull();
    shelf.enable({ product: product(2) });
    expect(shelf.featured).toBeNull();
  });

  it("looks at the picture no longer once it is stopped, whatever comes late", async () => {
    shelf.stop();
    shelf.promote(promotion(1, after(1)));
    expect(vi.getTimerCount()).toBe(0);
  });

  it("forgets what an answer no longer knows of, and keeps a dismissed card away", async () => {
    await shelf.load(Promise.resolve([product(1, true)]));
    shelf.dismiss();
    await shelf.load(Promise.resolve([product(1, true)]));
    expect([shelf.card, shelf.featured?.id]).toEqual([null, 1]);
    await shelf.load(Promise.resolve([product(1)]));
    expect(shelf.featured).toBeNull();
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

it("keeps the sign of a currency together in Arabic", () => {
  expect(formatPrice(1299, "USD", "ar")).toContain("\u2066US$\u2069");
});

describe("safeLink", () => {
  vi.stubGlobal("window", { location: { origin: "https://live.test" } });
  it.each([
    ["https://live.test/watch/lamps", null],
    ["https://shop.test/a b", "https://shop.test/a%20b"],
    ["javascript:alert(1)", null],
    ["/relative", null],
    [null, null],
  ])("lets %s through as %s", (link, expected) => {
    expect(safeLink(link)).toBe(expected);
  });
});
