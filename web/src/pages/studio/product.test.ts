import { describe, expect, it, vi } from "vitest";
import { product } from "../../../mock/data";
import type { Product } from "../../client/types";
import { draftOf, factsOf, priceOf, problemsOf } from "./product";

vi.stubGlobal("window", { location: { origin: "https://live.test" } });
const SHOW = "https://live.test/watch/abc";
const lamp: Product = {
  ...product(1, "Walnut lamp", 19.9, "https://shop.test/lamp", "/lamp.webp"),
  currency: "EUR",
};

it("a product opened and saved again stays as it is", () => {
  const draft = draftOf(lamp, "USD");
  expect(problemsOf(draft, true)).toEqual({});
  expect(factsOf(draft, SHOW)).toEqual({
    name: "Walnut lamp",
    price: "19.90",
    currency: "EUR",
    link: "https://shop.test/lamp",
  });
});

it("a new product lacks everything at first but its currency", () => {
  const draft = draftOf(null, "CHF");
  expect(draft.currency).toBe("CHF");
  expect(Object.keys(problemsOf(draft, false))).toEqual(["image", "name", "price"]);
});

it("what is sold in the show alone is linked there, and its seller need not see that", () => {
  const draft = { ...draftOf(lamp, "USD"), link: " " };
  expect(problemsOf(draft, true)).toEqual({});
  expect(factsOf(draft, SHOW).link).toBe(SHOW);
  expect(draftOf({ ...lamp, link: SHOW }, "USD").link).toBe("");
  expect(problemsOf({ ...draft, link: "shop" }, true)).toHaveProperty("link");
});

describe("a price", () => {
  const draft = (price: string, currency = "EUR") => ({ ...draftOf(lamp, "EUR"), price, currency });
  const problem = (price: string, currency?: string) => problemsOf(draft(price, currency), true)["price"];

  it("is sent with a point, however it is typed", () => {
    expect(factsOf(draft(" 1.299,90 "), SHOW).price).toBe("1299.90");
    expect(priceOf(draft("24,90"))).toBe(24.9);
    expect(priceOf(draft("about 17"))).toBeNull();
  });

  it("is refused with words for what is wrong", () => {
    expect(problem("free")).toBe("Enter a price such as 24.90");
    expect(problem("free", "JPY")).toBe("Enter a price such as 2490");
    expect(problem("1.2345")).toBe("A price in EUR has 2 decimals at most.");
    expect(problem("12.5", "JPY")).toBe("A price in JPY has no decimals.");
    expect(problem("12345678")).toBe("A price is between 0 and 9,999,999.");
    expect(problem("12.5")).toBeUndefined();
  });
});
