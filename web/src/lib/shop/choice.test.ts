import { describe, expect, it } from "vitest";
import type { Variant } from "../../client/types";
import { choose, chosen, given, open, optionsOf, standing } from "./choice";

let made = 0;
const variant = (options: Record<string, string>, available = 1, name = Object.values(options).join(" ")): Variant => ({
  id: (made += 1),
  name,
  options,
  price: null,
  quantity: { total: 9, sold: 0, available, reserved: 0, no_limit: false },
  available,
  keeps_own_stock: true,
  sku: null,
  reference: null,
  image: null,
});

const aprons = [
  variant({ Size: "S", Colour: "Sand" }),
  variant({ Size: "S", Colour: "Ink" }, 0),
  variant({ Size: "M", Colour: "Sand" }),
  variant({ Size: "L", Colour: "Ink" }, 0),
];
const options = optionsOf(aprons);

describe("options", () => {
  it("are named as the variants name them, first mentioned first", () => {
    expect(options).toEqual([
      { name: "Size", values: ["S", "M", "L"] },
      { name: "Colour", values: ["Sand", "Ink"] },
    ]);
  });

  it("are the variants' names where these have nothing in common", () => {
    const mixed = [variant({ Size: "S" }, 1, "Small"), variant({ Colour: "Red" }, 1, "Red")];
    expect(optionsOf(mixed)).toEqual([{ name: "", values: ["Small", "Red"] }]);
    const alike = [variant({ Size: "S" }, 1, "First"), variant({ Size: "S" }, 1, "Second")];
    expect(optionsOf(alike)).toEqual([{ name: "", values: ["First", "Second"] }]);
    expect(chosen(alike, optionsOf(alike), { "": "Second" })).toBe(alike[1]);
  });

  it("are none where there are no variants, and chosen by themselves where there is but one", () => {
    expect(optionsOf([])).toEqual([]);
    const one = [variant({ Size: "One" })];
    expect(chosen(one, optionsOf(one), given(optionsOf(one)))).toBe(one[0]);
  });
});

describe("a choice", () => {
  it("is of a variant once every option is chosen", () => {
    expect(open(options, {})?.name).toBe("Size");
    expect(open(options, { Size: "S" })?.name).toBe("Colour");
    expect(chosen(aprons, options, { Size: "S" })).toBeNull();
    expect(chosen(aprons, options, { Size: "S", Colour: "Ink" })).toBe(aprons[1]);
  });

  it("says of each value how it would do beside the others", () => {
    expect(standing(aprons, {}, "Size", "L")).toBe("sold out");
    expect(standing(aprons, { Colour: "Ink" }, "Size", "S")).toBe("sold out");
    expect(standing(aprons, { Colour: "Sand" }, "Size", "S")).toBe("there");
    expect(standing(aprons, { Colour: "Ink" }, "Size", "M")).toBe("none");
  });

  it("lets go of what there is not beside what is chosen now", () => {
    expect(choose(aprons, options, { Size: "M", Colour: "Sand" }, "Colour", "Ink")).toEqual({ Colour: "Ink" });
    expect(choose(aprons, options, { Size: "S", Colour: "Sand" }, "Colour", "Ink")).toEqual({
      Size: "S",
      Colour: "Ink",
    });
  });
});
