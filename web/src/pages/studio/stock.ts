import type { OfferFacts } from "../../client/api";
import type { Product, Variant } from "../../client/types";
import { goods as texts } from "../../texts/goods";
import { readAmount, typed } from "./amount";

/** A variant as it is typed; `id` is null for one to come. */
export interface VariantDraft {
  id: number | null;
  name: string;
  /** "Size: M; Colour: red" */
  options: string;
  /** Empty: the product's. */
  price: string;
  /** Empty: it is sold from the product's stock. */
  quantity: string;
  sku: string;
  reference: string | null;
  /** What shows it, of the product's pictures; null: none of its own. */
  picture: string | null;
}

/** How a product is sold, as it is typed. */
export interface OfferDraft {
  /** How many there are in all; empty: no stock is kept. */
  quantity: string;
  sku: string;
  compareAt: string;
  maxPerBuyer: string;
  variants: VariantDraft[];
}

export const freshVariant = (): VariantDraft => ({
  id: null,
  name: "",
  options: "",
  price: "",
  quantity: "",
  sku: "",
  reference: null,
  picture: null,
});

export function offerOf(product: Product | null): OfferDraft {
  if (!product) return { quantity: "", sku: "", compareAt: "", maxPerBuyer: "", variants: [] };
  const variants = product.variants.data;
  return {
    // Of variants with stock of their own it is a sum, and says nothing of the rest.
    quantity: variants.some((variant) => variant.keeps_own_stock) ? "" : whole(product.quantity.total),
    sku: product.sku ?? "",
    compareAt: typed(product.compare_at_price, product.currency),
    maxPerBuyer: whole(product.max_per_buyer),
    variants: variants.map((variant) => variantOf(variant, product)),
  };
}

function variantOf(variant: Variant, { currency }: Product): VariantDraft {
  return {
    id: variant.id,
    name: variant.name,
    options: Object.entries(variant.options)
      .map(([name, value]) => `${name}: ${value}`)
      .join("; "),
    price: typed(variant.price, currency),
    quantity: variant.keeps_own_stock ? whole(variant.quantity.total) : "",
    sku: variant.sku ?? "",
    reference: variant.reference,
    picture: variant.image,
  };
}

/** What keeps the form from being sent, by field; a variant's are `variant-0-name` and the like. */
export function offerProblems(draft: OfferDraft, currency: string, price: number | null): Record<string, string> {
  const found: Record<string, string> = {};
  if (!isCount(draft.quantity, 0)) found["quantity"] = texts.needCount;
  if (!isCount(draft.maxPerBuyer, 1)) found["max_per_buyer"] = texts.needOne;
  if (draft.compareAt.trim()) {
    const before = readAmount(draft.compareAt, currency);
    if (typeof before !== "string" || (price !== null && Number(before) <= price))
      found["compare_at_price"] = texts.needHigher;
  }
  for (const [at, variant] of draft.variants.entries()) {
    if (!variant.name.trim()) found[`variant-${at}-name`] = texts.needName;
    if (readOptions(variant.options) === null) found[`variant-${at}-options`] = texts.needOptions;
    if (variant.price.trim() && typeof readAmount(variant.price, currency) !== "string")
      found[`variant-${at}-price`] = texts.needPrice(currency);
    if (!isCount(variant.quantity, 0)) found[`variant-${at}-quantity`] = texts.needCount;
  }
  return found;
}

/**
 * Only what differs, as a form has it: pieces sold meanwhile, or counted by somebody else, are left alone. `pictures` are
 * the product's as they are to be.
 */
export function offerFacts(
  draft: OfferDraft,
  before: OfferDraft,
  currency: string,
  pictures: readonly string[],
): OfferFacts {
  const facts: OfferFacts = {};
  if (draft.quantity.trim() !== before.quantity) facts.quantity = draft.quantity.trim() || "null";
  if (draft.sku.trim() !== before.sku) facts.sku = draft.sku.trim() || "null";
  if (draft.maxPerBuyer.trim() !== before.maxPerBuyer) facts.max_per_buyer = draft.maxPerBuyer.trim() || "null";
  if (draft.compareAt.trim() !== before.compareAt) facts.compare_at_price = amount(draft.compareAt, currency) ?? "null";
  if (JSON.stringify(draft.variants) !== JSON.stringify(before.variants))
    facts.variants = JSON.stringify(
      draft.variants.map(({ id, ...variant }) => ({
        ...(id === null ? {} : { id }),
        name: variant.name.trim(),
        options: readOptions(variant.options),
        price: amount(variant.price, currency),
        quantity: variant.quantity.trim() ? Number(variant.quantity) : null,
        sku: variant.sku.trim() || null,
        reference: variant.reference,
        image_index:
          variant.picture !== null && pictures.includes(variant.picture) ? pictures.indexOf(variant.picture) : null,
      })),
    );
  return facts;
}

/** The same list with one of it moved up (-1) or down (1); as it was at the ends. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): T[] {
  const found = [...list];
  const [one] = found.splice(at, 1);
  if (one !== undefined) found.splice(Math.max(0, Math.min(found.length, at + by)), 0, one);
  return found;
}

function whole(count: number | null): string {
  return count === null ? "" : String(count);
}

function isCount(text: string, least: number): boolean {
  const plain = text.trim();
  return plain === "" || (/^\d{1,9}$/.test(plain) && Number(plain) >= least);
}

function amount(text: string, currency: string): string | null {
  const read = text.trim() ? readAmount(text, currency) : null;
  return typeof read === "string" ? read : null;
}

/** By name; null where a part has no name or no value. */
function readOptions(text: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const part of text.split(/[;؛；]/).filter((each) => each.trim())) {
    const [name, ...rest] = part.split(/[:：]/);
    const value = rest.join(":").trim();
    if (!name?.trim() || !value) return null;
    found[name.trim()] = value;
  }
  return found;
}
