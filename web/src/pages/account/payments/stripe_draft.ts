import type { ShippingRate, StripeChanges, StripeKeys } from "../../../client/payments";
import { readAmount, typed } from "../../studio/amount";

export const MOST_RATES = 5;

export interface RateDraft {
  /** Of this page alone: rows come and go. */
  id: number;
  name: string;
  price: string;
  currency: string;
}

/** What stands in the form. */
export interface StripeDraft {
  publishable: string;
  secret: string;
  webhookSecret: string;
  countries: string;
  rates: RateDraft[];
  automaticTax: boolean;
}

let rows = 0;

export const newRate = (currency: string): RateDraft => ({ id: ++rows, name: "", price: "", currency });

const rateOf = ({ name, price, currency }: ShippingRate): RateDraft => ({
  ...newRate(currency),
  name,
  price: typed(price, currency),
});

/** Secrets are never shown again: left empty, they stay. */
export const draftOf = (keys: StripeKeys | false): StripeDraft => ({
  publishable: keys ? keys.publishable_key : "",
  secret: "",
  webhookSecret: "",
  countries: keys ? keys.shipping_countries.join(", ") : "",
  rates: keys ? keys.shipping_rates.map(rateOf) : [],
  automaticTax: keys ? keys.automatic_tax : false,
});

/** Codes however they are written: `de, at`, or one a line. */
export const codesIn = (text: string): string[] => [...new Set(text.toUpperCase().match(/[A-Z]+/g) ?? [])];

/** The countries in words, for who types codes to see that they are the right ones. */
export function countriesNamed(text: string, locale: string): string {
  const names = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  const known = codesIn(text).flatMap((code) => (code.length === 2 ? (names.of(code) ?? []) : []));
  return new Intl.ListFormat(locale, { style: "narrow" }).format(known);
}

export function changesOf(draft: StripeDraft): StripeChanges {
  const secret = draft.secret.trim();
  const webhookSecret = draft.webhookSecret.trim();
  return {
    publishable_key: draft.publishable.trim(),
    ...(secret && { secret_key: secret }),
    ...(webhookSecret && { webhook_secret: webhookSecret }),
    shipping_countries: codesIn(draft.countries),
    shipping_rates: draft.rates.map(({ name, price, currency }) => ({
      name: name.trim(),
      price: amountOf(price, currency.trim().toUpperCase()),
      currency: currency.trim().toUpperCase(),
    })),
    automatic_tax: draft.automaticTax,
  };
}

/** As the API takes it; what is no amount the server refuses in its own words. */
function amountOf(price: string, currency: string): string {
  const read = readAmount(price, currency);
  return typeof read === "string" ? read : price.trim();
}
