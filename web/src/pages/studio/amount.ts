/** Amounts of money as people type them, read as their locale writes them. */
import { locale as spoken } from "../../texts/language";

export const MOST = 9_999_999;

/** Why something typed is no price: it is no number, has decimals that the currency has not, or is out of bounds. */
export type NoAmount = "number" | "decimals" | "range";

/** Where the ten digits begin that keyboards of Arabic, Persian, Hindi and East Asian readers write. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10];
const GROUPED = /^\d{1,3}(?:\.\d{2,3})*\.\d{3}$/;

/** How many decimals an amount of this currency has (ISO 4217); 2 where that is not known. */
export function decimalsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** The price as one types it here: "1299,90" in German. */
export function typed(price: number | null, currency: string, locale = spoken): string {
  if (price === null) return "";
  const digits = decimalsOf(currency);
  const least = Number.isInteger(price) ? 0 : digits;
  const options = { minimumFractionDigits: least, maximumFractionDigits: digits, useGrouping: false };
  return new Intl.NumberFormat(locale, options).format(price);
}

/**
 * What was typed as the API takes it, "1299.90", or why it is no price. A comma or a point that this locale puts between
 * thousands is still the decimal one where no three digits follow: "17,90" means the same everywhere.
 */
export function readAmount(text: string, currency: string, locale = spoken): string | { problem: NoAmount } {
  const parts = split(plain(text, currency, locale), groupOf(locale));
  if (!parts) return { problem: "number" };
  const [whole, decimals] = parts;
  if (decimals.length > decimalsOf(currency)) return { problem: "decimals" };
  const amount = decimals ? `${whole}.${decimals}` : whole;
  return Number(amount) > MOST ? { problem: "range" } : amount;
}

/** Western digits, point and comma only; the currency's sign, and what merely keeps thousands apart, gone. */
function plain(text: string, currency: string, locale: string): string {
  let left = text.normalize("NFKC").replace(/[\u200e\u200f\u061c]/g, "");
  for (const sign of signsOf(currency, locale)) left = left.replace(sign, "");
  const western = [...left].map((letter) => {
    const point = letter.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => point >= first && point < first + 10);
    return zero === undefined ? letter : String(point - zero);
  });
  return western
    .join("")
    .trim()
    .replaceAll("٫", ".")
    .replace(/(?<=\d)[\s'’٬](?=\d{3})/g, "");
}

function signsOf(currency: string, locale: string): string[] {
  const signs = (["symbol", "narrowSymbol"] as const).flatMap((currencyDisplay) =>
    new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay })
      .formatToParts(0)
      .filter(({ type }) => type === "currency")
      .map(({ value }) => value.normalize("NFKC").replace(/[\u200e\u200f\u061c]/g, "")),
  );
  // Longest first: "US$" before "$".
  return [...new Set([currency, ...signs])].sort((one, other) => other.length - one.length);
}

/** Whether this locale puts a point or a comma between thousands; null where it is neither. */
function groupOf(locale: string): "." | "," | null {
  const parts = new Intl.NumberFormat(locale).formatToParts(1_234_567.8);
  const group = parts.find(({ type }) => type === "group")?.value;
  return group === "." || group === "," ? group : null;
}

/** The digits before and after the decimal sign; null where it is no number. */
function split(text: string, group: "." | "," | null): [whole: string, decimals: string] | null {
  if (/^\d+$/.test(text)) return [text, ""];
  if (!/^\d*(?:[.,]\d+)+$/.test(text)) return null;
  const last = text.lastIndexOf(".") > text.lastIndexOf(",") ? "." : ",";
  const other = last === "." ? "," : ".";
  const [before = "", ...after] = text.split(last);
  if (text.includes(other)) {
    const whole = ungrouped(before, other);
    return after.length === 1 && whole !== null ? [whole, after[0] ?? ""] : null;
  }
  const whole = last === group || after.length > 1 ? ungrouped(text, last) : null;
  if (whole !== null) return [whole, ""];
  return after.length === 1 ? [before || "0", after[0] ?? ""] : null;
}

/** "1.299.900" without its points; null where they do not stand between thousands. */
function ungrouped(text: string, sign: string): string | null {
  return GROUPED.test(text.replaceAll(sign, ".")) ? text.replaceAll(sign, "") : null;
}
