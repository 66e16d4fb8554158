import type { Product } from "../../client/types";
import { locale as spoken } from "../../texts/language";

export const ORDERS = ["newest", "name", "price"] as const;
export type Order = (typeof ORDERS)[number];

/** The products whose name has each word of the term, in whatever letters and accents, ordered. */
export function arrange(products: readonly Product[], term: string, order: Order, locale = spoken): Product[] {
  const words = bare(term, locale).split(/\s+/).filter(Boolean);
  const found = products.filter(({ name }) => words.every((word) => bare(name, locale).includes(word)));
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const by: Record<Order, (one: Product, other: Product) => number> = {
    newest: (one, other) => other.id - one.id,
    name: (one, other) => compare(one.name, other.name) || other.id - one.id,
    // Without a price last.
    price: (one, other) => (one.price ?? Infinity) - (other.price ?? Infinity) || compare(one.name, other.name),
  };
  return found.sort(by[order]);
}

function bare(text: string, locale: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLocaleLowerCase(locale);
}
