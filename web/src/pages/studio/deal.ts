import type { Product } from "../../client/types";
import type { Deal } from "../../client/selling";
import { formatPrice } from "../../lib/shelf/money";
import { locale } from "../../texts/language";
import { sales as texts } from "../../texts/sales";
import { readAmount } from "./amount";

export type Bound = "seconds" | "pieces";

/** What the deal form holds, as it is typed. */
export interface Draft {
  price: string;
  bound: Bound;
  seconds: string;
  pieces: string;
}

/** As the server bounds them: a week, and as many as there may be. */
const MOST: Record<Bound, number> = { seconds: 604_800, pieces: 1_000_000_000 };

export const fresh = (): Draft => ({ price: "", bound: "seconds", seconds: "60", pieces: "10" });

/** What a deal has to be below: the lowest that the product, or a variant of it, costs. */
export function usualPrice({ price, variants }: Pick<Product, "price" | "variants">): number {
  return Math.min(price ?? Infinity, ...variants.data.map((variant) => variant.price ?? price ?? Infinity));
}

/** What keeps the form from being sent, by field. */
export function problemsOf(product: Product, draft: Draft): Record<string, string> {
  const found: Record<string, string> = {};
  const price = readAmount(draft.price, product.currency);
  if (typeof price !== "string" || Number(price) >= usualPrice(product))
    found["price"] = texts.needPrice(formatPrice(usualPrice(product), product.currency));
  const count = draft[draft.bound].trim();
  if (!/^\d{1,10}$/.test(count) || Number(count) < 1 || Number(count) > MOST[draft.bound])
    found[draft.bound] = texts.needCount(new Intl.NumberFormat(locale).format(MOST[draft.bound]));
  return found;
}

/** Of a draft without problems. */
export function dealOf(product: Product, draft: Draft): Deal {
  const price = readAmount(draft.price, product.currency);
  if (typeof price !== "string") throw new Error("a price that cannot be read is not sent");
  const count = Number(draft[draft.bound]);
  return draft.bound === "seconds" ? { price, seconds: count } : { price, quantity: count };
}
