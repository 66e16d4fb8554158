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
  sheet: {
    open: "Import or export",
    title: "Products as a table",
    intro:
      "A CSV file in UTF-8, with a line of columns such as name, price, quantity, sku. Nothing changes before you say so; download your products to see how it is written.",
    file: "CSV file",
    reading: "Reading the file…",
    found: (rows: number) => count(rows, { one: "# row.", other: "# rows." }),
    does: (created: number, updated: number, unchanged: number) =>
      `${created} new, ${updated} changed, ${unchanged} as they are.`,
    wrong: "Mend these rows first; nothing is taken in until all are right.",
    row: (row: number) => `Row ${row}:`,
    more: (number: number) => count(number, { one: "And # more.", other: "And # more." }),
    take: "Take them in",
    taken: (created: number, updated: number) => `${created} products added, ${updated} changed`,
    download: "Download products",
  },
};

export type Texts = typeof texts;
