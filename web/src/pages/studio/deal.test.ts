import { expect, it } from "vitest";
import { product } from "../../../mock/data";
import type { Product } from "../../client/types";
import { dealOf, fresh, problemsOf, usualPrice } from "./deal";

const lamp: Product = product(1, "Lamp", 20, "https://shop.test/", "");
const wrong = (changes: object) => Object.keys(problemsOf(lamp, { ...fresh(), price: "15", ...changes }));

it("is for some seconds, or for some pieces", () => {
  expect(dealOf(lamp, { ...fresh(), price: "15.50" })).toEqual({ price: "15.50", seconds: 60 });
  expect(dealOf(lamp, { ...fresh(), price: "15", bound: "pieces", pieces: "3" })).toEqual({ price: "15", quantity: 3 });
});

it("costs less than before, and has an end", () => {
  expect(wrong({})).toEqual([]);
  for (const price of ["", "20", "20.01", "x", "-1"]) expect(wrong({ price })).toEqual(["price"]);
  for (const seconds of ["", "0", "604801", "1.5"]) expect(wrong({ seconds })).toEqual(["seconds"]);
  for (const pieces of ["", "0", "9999999999"]) expect(wrong({ bound: "pieces", pieces })).toEqual(["pieces"]);
});

it("is below the cheapest variant", () => {
  const variants = { data: [{ price: null }, { price: 12 }] } as Product["variants"];
  expect(usualPrice({ ...lamp, variants })).toBe(12);
});
