import { describe, expect, it } from "vitest";
import type { Product } from "../../client/types";
import { draftOf, factsOf, problemsOf } from "./product";

const lamp: Product = {
  id: 1,
  name: "Walnut lamp",
  link: "https://shop.test/lamp",
  price: 19.9,
  currency: "EUR",
  image: "/lamp.webp",
  quantity: { total: null, sold: 0, available: 0, no_limit: true },
  bumped: false,
  bumped_at: null,
};

it("a product opened and saved again stays as it is", () => {
  expect(problemsOf(draftOf(lamp), true)).toEqual({});
  expect(factsOf(draftOf(lamp))).toEqual({ name: "Walnut lamp", price: "19.9", link: "https://shop.test/lamp" });
});

it("a new product lacks everything at first", () => {
  expect(Object.keys(problemsOf(draftOf(null), false))).toEqual(["image", "name", "price", "link"]);
});

describe("a price", () => {
  const problem = (price: string) => problemsOf({ ...draftOf(lamp), price }, true)["price"];
  it.each(["24.90", "24,90", " 7 ", "0"])("may be typed as %j", (price) => expect(problem(price)).toBeUndefined());
  it.each(["", "free", "-1", "1.2345", "12345678"])("may not be %j", (price) => expect(problem(price)).toBeDefined());

  it("is sent with a point", () => {
    expect(factsOf({ ...draftOf(lamp), price: " 24,90 " }).price).toBe("24.90");
  });
});
