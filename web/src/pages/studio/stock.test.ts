import { expect, it } from "vitest";
import { product } from "../../../mock/data";
import type { Product } from "../../client/types";
import { freshVariant, moved, offerFacts, offerOf, offerProblems, type OfferDraft } from "./stock";

const level = { total: 10, sold: 2, available: 7, reserved: 1, no_limit: false };
const red = {
  id: 4,
  name: "Red",
  options: { Size: "M", Colour: "red" },
  price: 21,
  quantity: level,
  available: 7,
  keeps_own_stock: true,
  sku: "L-R",
  reference: "r1",
  image: null,
};
const lamp: Product = { ...product(1, "Lamp", 20, "https://shop.test/", ""), quantity: level };
const dressed: Product = { ...lamp, variants: { data: [red] } };

it("sends nothing of what stays as it is", () => {
  for (const each of [lamp, dressed, null]) expect(offerFacts(offerOf(each), offerOf(each), "USD", [])).toEqual({});
});

it("sends what changed as a form has it, and null for what was cleared", () => {
  const before = offerOf(lamp);
  expect(before.quantity).toBe("10");
  const draft: OfferDraft = { ...before, quantity: "", sku: " A1 ", compareAt: "25.5", maxPerBuyer: "3" };
  expect(offerFacts(draft, before, "USD", [])).toEqual({
    quantity: "null",
    sku: "A1",
    compare_at_price: "25.5",
    max_per_buyer: "3",
  });
});

it("sends variants whole, those there were by their id", () => {
  const before = offerOf(dressed);
  expect(before.quantity).toBe("");
  const blue = { ...freshVariant(), name: "Blue", options: "Size：L； Colour: blue, or nearly" };
  const sent = offerFacts({ ...before, variants: [blue, ...before.variants] }, before, "USD", []).variants ?? "";
  expect(JSON.parse(sent)).toEqual([
    {
      name: "Blue",
      options: { Size: "L", Colour: "blue, or nearly" },
      price: null,
      quantity: null,
      sku: null,
      reference: null,
      image_index: null,
    },
    {
      id: 4,
      name: "Red",
      options: red.options,
      price: "21",
      quantity: 10,
      sku: "L-R",
      reference: "r1",
      image_index: null,
    },
  ]);
});

it("says by its place which of the pictures shows a variant, and of one left out that none does", () => {
  const before = offerOf({ ...dressed, variants: { data: [{ ...red, image: "/b.webp" }] } });
  const [variant] = before.variants;
  if (!variant) throw new Error("no variant");
  const shownBy = (picture: string | null, pictures: string[]) => {
    const { variants } = offerFacts({ ...before, variants: [{ ...variant, picture }] }, before, "USD", pictures);
    return variants === undefined
      ? undefined
      : (JSON.parse(variants) as { image_index: number | null }[])[0]?.image_index;
  };
  // The server keeps what it knows where pictures are merely sorted.
  expect(shownBy("/b.webp", ["/b.webp", "/a.webp"])).toBeUndefined();
  expect(shownBy("blob:1", ["/b.webp", "blob:1"])).toBe(1);
  expect(shownBy("blob:2", ["/b.webp", "blob:1"])).toBeNull();
  expect(shownBy(null, ["/b.webp"])).toBeNull();
});

it("says what is wrong before it is sent", () => {
  const variant = { ...freshVariant(), options: "M", price: "x", quantity: "-1" };
  const draft = { quantity: "1.5", sku: "", compareAt: "20", maxPerBuyer: "0", variants: [variant] };
  expect(Object.keys(offerProblems(draft, "USD", 20))).toEqual([
    "quantity",
    "max_per_buyer",
    "compare_at_price",
    "variant-0-name",
    "variant-0-options",
    "variant-0-price",
    "variant-0-quantity",
  ]);
  expect(offerProblems(offerOf(dressed), "USD", 20)).toEqual({});
});

it("moves one up or down, and none beyond the ends", () => {
  expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 1, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  expect(moved(["a", "b"], 1, 1)).toEqual(["a", "b"]);
});
