import { describe, expect, it } from "vitest";
import { formatPrice } from "../../lib/shelf/money";
import { decimalsOf, readAmount, typed } from "./amount";

describe("an amount", () => {
  it.each([
    ["de", "EUR", "1.299,90", "1299.90"],
    ["de", "EUR", "1.299", "1299"],
    ["de", "EUR", "17.90", "17.90"],
    ["de-CH", "CHF", "1’299.90", "1299.90"],
    ["en", "USD", "1,299.90", "1299.90"],
    ["en", "USD", "1,299", "1299"],
    ["en", "USD", "17,90", "17.90"],
    ["en", "USD", "$ 24.90", "24.90"],
    ["en", "EUR", "24,90 €", "24.90"],
    ["en", "USD", " 7 ", "7"],
    ["en", "USD", ".5", "0.5"],
    ["en", "USD", "1.299.900,50", "1299900.50"],
    ["en-IN", "INR", "12,34,567.50", "1234567.50"],
    ["fr", "EUR", "1\u202f299,90", "1299.90"],
    ["fr", "EUR", "1 299,90 €", "1299.90"],
    ["es", "EUR", "1.299,90", "1299.90"],
    ["ar-EG", "EGP", "١٬٢٩٩٫٩٠", "1299.90"],
    ["ar", "EGP", "١٢٩٩٫٩", "1299.9"],
    ["ar", "KWD", "12.345", "12.345"],
    ["zh", "CNY", "¥1,299.90", "1299.90"],
    ["zh", "CNY", "１２９９．９０", "1299.90"],
    ["ja", "JPY", "1,200", "1200"],
    ["de", "KWD", "0.500", "0.500"],
    ["es", "KWD", "0.250", "0.250"],
    ["de", "KWD", "12.345", "12345"],
    ["de", "KWD", "12,345", "12.345"],
    ["de-AT", "EUR", "1.299", "1299"],
    ["ar-TN", "TND", "12٫345", "12.345"],
    ["ar-TN", "TND", "1.299٫500", "1299.500"],
    ["ar-TN", "TND", "٫5", "0.5"],
    ["ar-EG", "EGP", "1٬299٫90", "1299.90"],
    ["ar", "EGP", "12،50", "12.50"],
    ["ar", "EGP", "١٢،٥٠", "12.50"],
    ["en", "USD", "US$ 5", "5"],
    ["en", "CAD", "CA$5", "5"],
    ["en", "XX", "XX 5", "5"],
    ["de", "???", "1.299,90", "1299.90"],
    ["en", "USD", "0", "0"],
  ])("is read in %s and %s: %s", (locale, currency, text, amount) => {
    expect(readAmount(text, currency, locale)).toBe(amount);
  });

  it.each([
    ["en", "USD", "", "number"],
    ["en", "USD", "free", "number"],
    ["en", "USD", "-1", "number"],
    ["en", "USD", "1_000", "number"],
    ["en", "USD", "1e3", "number"],
    ["en", "USD", "5.", "number"],
    ["en", "USD", "1,2,3", "number"],
    ["en", "USD", "1.2345", "decimals"],
    ["en", "USD", "1.299", "decimals"],
    ["de", "EUR", "1,299", "decimals"],
    ["ja", "JPY", "12.5", "decimals"],
    ["en", "USD", "12345678", "range"],
    ["en", "USD", "5 €", "number"],
    ["de", "EUR", "0.500", "decimals"],
    ["ar-TN", "TND", "1٫2٫3", "number"],
    ["ar-TN", "TND", "1٫299.5", "number"],
    ["ar-TN", "TND", "12.34٫5", "number"],
  ])("is refused in %s and %s: %s", (locale, currency, text, problem) => {
    expect(readAmount(text, currency, locale)).toEqual({ problem });
  });

  it.each([
    [19.9, "EUR", "de", "19,90"],
    [1299.9, "EUR", "de", "1299,90"],
    [20, "USD", "en", "20"],
    [1299.9, "EGP", "ar-EG", "١٢٩٩٫٩٠"],
    [0.5, "KWD", "de", "0,500"],
    [12.345, "TND", "ar-TN", "12,345"],
    [12345, "KWD", "es", "12345"],
    [null, "USD", "en", ""],
  ])("%s %s is typed in %s as %s, and read back", (price, currency, locale, text) => {
    expect(typed(price, currency, locale)).toBe(text);
    if (price !== null) expect(Number(readAmount(text, currency, locale))).toBe(price);
  });

  it.each([
    ["de", "12.345", "12,345"],
    ["en", "12,345", "12.345"],
    ["es", "12.345", "12,345"],
  ])("of thousands is shown unlike one of thousandths in %s: %s is not %s", (locale, thousands, thousandths) => {
    const shown = (text: string) => formatPrice(Number(readAmount(text, "KWD", locale)), "KWD", locale);
    expect(shown(thousands)).toContain(`${thousands}${thousandths.charAt(2)}000`);
    expect(shown(thousandths)).toMatch(new RegExp(`(^|\\s)${thousandths}(\\s|$)`));
    expect(shown("5")).not.toContain("000");
  });

  it("has as many decimals as its currency", () => {
    expect(["JPY", "USD", "KWD", "nonsense"].map(decimalsOf)).toEqual([0, 2, 3, 2]);
  });
});
