import { plurals } from "../plurals";

const count = plurals("en");

/** How a product is sold: pieces, bounds, and the ways to have it. */
export const texts = {
  sort: "Sort",
  sortTitle: "Sort the shelf",
  sortHint: "Drag a product, or use the arrows. Viewers see them in this order.",
  sorted: "The shelf is sorted",
  more: "Stock, bounds and variants",
  quantity: "Pieces in all",
  quantityHint: "Empty: no stock is kept.",
  quantitySold: (pieces: number) => count(pieces, { one: "# sold: it counts, too", other: "# sold: they count, too" }),
  maxPerBuyer: "Most per buyer",
  maxHint: "Empty: any number.",
  compareAt: "Price before",
  compareHint: "Shown struck through.",
  sku: "Article number",
  variants: "Variants",
  variantsHint: "Sizes, colours: each may have its own price and stock.",
  variant: (number: number) => `Variant ${number}`,
  addVariant: "Add a variant",
  up: (name: string) => `Move ${name} up`,
  down: (name: string) => `Move ${name} down`,
  remove: (name: string) => `Remove ${name}`,
  name: "Name",
  options: "Options",
  optionsHint: "Such as Size: M; Colour: red",
  price: "Price",
  priceHint: "Empty: the product’s.",
  ownHint: "Empty: from the product’s pieces.",
  needCount: "Enter a whole number, 0 or more",
  needOne: "Enter a whole number, 1 or more",
  needHigher: "It must be above the price.",
  needName: "Give it a name.",
  needOptions: "Write them as Size: M; Colour: red",
  needPrice: (currency: string) => `Enter a price in ${currency}`,
};

export type Texts = typeof texts;
