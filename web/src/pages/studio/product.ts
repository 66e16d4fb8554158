import type { ProductFacts } from "../../client/api";
import type { Product } from "../../client/types";

/** What the product form holds, as it is typed. */
export interface Draft {
  name: string;
  price: string;
  link: string;
}

export function draftOf(product: Product | null): Draft {
  return { name: product?.name ?? "", price: product?.price?.toString() ?? "", link: product?.link ?? "" };
}

/** What keeps the form from being sent, by field. */
export function problemsOf({ name, price, link }: Draft, pictured: boolean): Record<string, string> {
  const found: Record<string, string> = {};
  if (!pictured) found["image"] = "Choose a picture.";
  if (name.trim() === "") found["name"] = "Give it a name.";
  if (!/^\d{1,7}([.,]\d{1,3})?$/.test(price.trim())) found["price"] = "Enter a price such as 24.90";
  if (!/^https?:\/\/[^\s/]+/.test(link.trim())) found["link"] = "Enter the full address, starting with https://";
  return found;
}

export function factsOf({ name, price, link }: Draft): ProductFacts {
  return { name: name.trim(), price: price.trim().replace(",", "."), link: link.trim() };
}
