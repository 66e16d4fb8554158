/** Amounts of money as people type them, read as their locale writes them. */
import { locale as spoken } from "../../texts/language";

export const MOST = 9_999_999;

/** Why something typed is no price: it is no number, has decimals that the currency has not, or is out of bounds. */
export type NoAmount = "number" | "decimals" | "range";

/** Where the ten digits begin that keyboards of Arabic, Persian, Hindi and East Asian readers write. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10];
/** No thousands begin with a zero: "0.500" is half a dinar. */
const GROUPED = /^[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}$/;
/** Of Arabic; it stands nowhere but before decimals. */
const DECIMAL_SIGN = "٫";
/** What only says which way a text runs. */
const MARKS = /[\u200e\u200f\u061c]/g;

/** How many decimals an amount of this currency has (ISO 4217); 2 where that is not known. */
export function decimalsOf(currency: string): number {
  return writerOf(currency, "en")?.resolvedOptions().maximumFractionDigits ?? 2;
}

/** How this locale writes the currency; null where `Intl` takes it for none. */
function writerOf(
  currency: string,
  locale: string,
  currencyDisplay: "symbol" | "narrowSymbol" = "symbol",
): Intl.NumberFormat | null {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay });
  } catch {
    return null;
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
  const parts = split(plain(text, currency, locale), groupOf(currency, locale));
  if (!parts) return { problem: "number" };
  const [whole, decimals] = parts;
  if (decimals.length > decimalsOf(currency)) return { problem: "decimals" };
  const amount = decimals ? `${whole}.${decimals}` : whole;
  return Number(amount) > MOST ? { problem: "range" } : amount;
}

/** Western digits, point, comma and "٫" only; the currency's sign, and what merely keeps thousands apart, gone. */
function plain(text: string, currency: string, locale: string): string {
  let left = text.normalize("NFKC").replace(MARKS, "");
  for (const sign of signsOf(currency, locale)) left = left.replace(sign, "");
  const western = [...left].map((letter) => {
    const point = letter.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => point >= first && point < first + 10);
    return zero === undefined ? letter : String(point - zero);
  });
  return western
    .join("")
    .trim()
    .replaceAll("،", ",")
    .replace(/(?<=\d)[\s'’٬](?=\d{3})/g, "");
}

/** As they are written here and, as "US$", between countries. */
function signsOf(currency: string, locale: string): string[] {
  const writers = [locale, "en", "en-001"].flatMap((each) => [
    writerOf(currency, each),
    writerOf(currency, each, "narrowSymbol"),
  ]);
  const signs = writers
    .flatMap((writer) => writer?.formatToParts(0) ?? [])
    .filter(({ type }) => type === "currency")
    .map(({ value }) => value.normalize("NFKC").replace(MARKS, ""));
  // Longest first: "US$" before "$".
  return [...new Set([currency, ...signs])].sort((one, other) => other.length - one.length);
}

/** Whether a point or a comma stands between thousands of this currency here; null where it is neither. */
function groupOf(currency: string, locale: string): "." | "," | null {
  const writer = writerOf(currency, locale) ?? new Intl.NumberFormat(locale);
  const parts = writer.formatToParts(1_234_567.8);
  const group = parts.find(({ type }) => type === "group")?.value;
  return group === "." || group === "," ? group : null;
}

/** The digits before and after the decimal sign; null where it is no number. */
function split(text: string, group: "." | "," | null): [whole: string, decimals: string] | null {
  if (/^\d+$/.test(text)) return [text, ""];
  if (!/^\d*(?:[.,٫]\d+)+$/.test(text)) return null;
  if (text.includes(DECIMAL_SIGN)) {
    const [before = "", decimals = "", ...more] = text.split(DECIMAL_SIGN);
    const whole = /^\d*$/.test(before) ? before || "0" : (ungrouped(before, ".") ?? ungrouped(before, ","));
    return more.length === 0 && /^\d+$/.test(decimals) && whole !== null ? [whole, decimals] : null;
  }
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
