/** What a product, or a variant of it, costs now, and how many of it there are. */
import type { WaitlistOffered } from "../../client/events";
import type { Product, Variant } from "../../client/types";

/** From so many on, what is left is worth saying. */
const FEW = 5;
/** The most of one article that a line of a cart takes. */
const MOST = 1000;

type Priced = Pick<Product, "price" | "compare_at_price" | "deal" | "variants">;

export interface Offer {
  /** Major units of the product's currency; null where it has none. */
  price: number | null;
  /** What it costs without the deal, or cost before; null where it is not less now. */
  was: number | null;
  /** Whether `price` is a deal's. */
  deal: boolean;
}

/** `now` is by the server's clock, ms since the epoch. */
export function offerOf(product: Priced, variant: Pick<Variant, "price"> | null, now: number): Offer {
  const usual = variant?.price ?? (variant ? product.price : leastOf(product));
  const { deal, compare_at_price: before } = product;
  const goes = deal !== null && deal.left !== 0 && (deal.ends_at === null || Date.parse(deal.ends_at) > now);
  if (goes) {
    const most = usual === null ? null : Math.min(usual, deal.before_at_most ?? usual);
    return { price: deal.price, was: most !== null && most > deal.price ? most : null, deal: true };
  }
  return { price: usual, was: usual !== null && before !== null && before > usual ? before : null, deal: false };
}

/** The least that it costs, or a variant of it; null where nothing has a price. */
export function leastOf({ price, variants }: Pick<Product, "variants" | "price">): number | null {
  const prices = variants.data.map((variant) => variant.price ?? price).filter((each) => each !== null);
  return prices.length > 0 ? Math.min(...prices) : price;
}

/** Whether its variants do not all cost the same. */
export function differs(product: Pick<Product, "variants" | "price">): boolean {
  return new Set(product.variants.data.map(({ price }) => price ?? product.price)).size > 1;
}

/** Whether a piece of this article waits for who looks at it: nobody else can have it, and so it counts as sold. */
export function isKept(
  offered: WaitlistOffered | null,
  product: Pick<Product, "id">,
  variant: Pick<Variant, "id"> | null,
  now: number,
): boolean {
  if (offered === null || Date.parse(offered.until) <= now) return false;
  return offered.product_id === product.id && offered.variant_id === (variant?.id ?? null);
}

/** How many can be had; null without end. */
export function leftOf({ quantity }: Pick<Product | Variant, "quantity">): number | null {
  return quantity.no_limit ? null : Math.max(quantity.available, 0);
}

export function soldOut(article: Pick<Product | Variant, "quantity">): boolean {
  return leftOf(article) === 0;
}

/** How many are left where that is few; null else. */
export function fewOf(article: Pick<Product | Variant, "quantity">): number | null {
  const left = leftOf(article);
  return left !== null && left > 0 && left <= FEW ? left : null;
}

/** The most one may ask for at once. */
export function mostOf(product: Pick<Product, "max_per_buyer">, article: Pick<Product | Variant, "quantity">): number {
  return Math.min(product.max_per_buyer ?? MOST, leftOf(article) ?? MOST, MOST);
}
