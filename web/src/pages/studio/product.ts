import type { ProductFacts } from "../../client/api";
import type { Product } from "../../client/types";
import { isShow } from "../../lib/shelf/money";
import { locale } from "../../texts/language";
import { studio } from "../../texts/studio";
import { decimalsOf, MOST, readAmount, typed, type NoAmount } from "./amount";

/** What the product form holds, as it is typed. */
export interface Draft {
  name: string;
  price: string;
  /** ISO 4217. */
  currency: string;
  /** Empty: it is sold in the show alone. */
  link: string;
}

/** `currency` is that of one to come. */
export function draftOf(product: Product | null, currency: string): Draft {
  if (!product) return { name: "", price: "", currency, link: "" };
  const { name, price, currency: own } = product;
  return { name, price: typed(price, own), currency: own, link: isShow(product.link) ? "" : product.link };
}

/** What keeps the form from being sent, by field. */
export function problemsOf({ name, price, currency, link }: Draft, pictured: boolean): Record<string, string> {
  const found: Record<string, string> = {};
  if (!pictured) found["image"] = studio.product.needPicture;
  if (name.trim() === "") found["name"] = studio.product.needName;
  const amount = readAmount(price, currency);
  if (typeof amount !== "string") found["price"] = words(amount.problem, currency);
  if (link.trim() && !/^https?:\/\/[^\s/]+/.test(link.trim())) found["link"] = studio.product.needLink;
  return found;
}

/** The price typed so far, in major units; null while it is none. */
export function priceOf({ price, currency }: Draft): number | null {
  const amount = readAmount(price, currency);
  return typeof amount === "string" ? Number(amount) : null;
}

/** Of a draft without problems; `own_page` is the show's, for what has no other place. */
export function factsOf(draft: Draft, own_page: string): ProductFacts {
  const { name, price, currency, link } = draft;
  const amount = readAmount(price, currency);
  if (typeof amount !== "string") throw new Error("a price that cannot be read is not sent");
  return { name: name.trim(), price: amount, currency, link: link.trim() || own_page };
}

function words(problem: NoAmount, currency: string): string {
  const digits = decimalsOf(currency);
  if (problem === "range") return studio.product.priceRange(new Intl.NumberFormat(locale).format(MOST));
  if (problem === "number") return studio.product.priceExample(typed(digits > 0 ? 24.9 : 2490, currency));
  return digits === 0 ? studio.product.priceWhole(currency) : studio.product.priceDecimals(currency, digits);
}
