import { locale as spoken } from "../../texts/language";

/**
 * A price as people of this locale write it; whole amounts without cents. Where a currency has thousandths, thousands keep
 * theirs: "12.345" would be taken for 12345 by some, and for 12 and a bit by others.
 */
export function formatPrice(price: number | null, currency: string | null, locale = spoken): string {
  if (price === null) return "";
  const options: Intl.NumberFormatOptions = {
    minimumFractionDigits: Number.isInteger(price) ? 0 : 2,
    maximumFractionDigits: 2,
  };
  if (!currency) return new Intl.NumberFormat(locale, options).format(price);
  try {
    const known = new Intl.NumberFormat(locale, { style: "currency", currency });
    const digits = known.resolvedOptions().maximumFractionDigits ?? 2;
    const parts = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      minimumFractionDigits: Number.isInteger(price) && (digits < 3 || price < 1000) ? 0 : digits,
      maximumFractionDigits: digits,
    }).formatToParts(price);
    const rightToLeft = parts[0]?.value.startsWith("\u200f");
    // Set apart, or the dollar of "US$" changes sides.
    return parts
      .map(({ type, value }) => (rightToLeft && type === "currency" ? `\u2066${value}\u2069` : value))
      .join("");
  } catch {
    // Not an ISO 4217 code: a shop's own unit.
    return `${new Intl.NumberFormat(locale, options).format(price)} ${currency}`;
  }
}

/** A link that leads elsewhere and may be opened: only web addresses, never `javascript:` and the like. */
export function safeLink(link: string | null): string | null {
  if (!link || isShow(link)) return null;
  try {
    const url = new URL(link);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** Whether it is a show of this site: what has no other place to be bought is linked there. */
export function isShow(link: string): boolean {
  return link.startsWith(`${window.location.origin}/watch/`);
}
