import { locale } from "../../texts/language";

/** What a list of currencies offers: "EUR · Euro", by code; `used` is among them, whatever the server has. */
export function currencyOptions(codes: readonly string[], used: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: "currency", fallback: "none" });
  return [...new Set([used, ...codes])].sort().map((code) => {
    const name = names.of(code);
    return { value: code, label: name ? `${code} · ${name}` : code };
  });
}
