import { language as spoken, locale, type Language } from "./language";

/** The forms each language has for whole numbers (CLDR's plural rules). */
interface Forms extends Record<Language, string> {
  en: "one" | "other";
  es: "one" | "other";
  fr: "one" | "other";
  de: "one" | "other";
  ar: "zero" | "one" | "two" | "few" | "many" | "other";
  zh: "other";
}

/**
 * What a catalogue says of a number: `const count = plurals("de")`, then
 * `count(viewers, { one: "# Zuschauer", other: "# Zuschauer" })`. `#` becomes the number.
 */
export function plurals<L extends Language>(language: L) {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language === spoken ? locale : language);
  return (count: number, forms: Record<Forms[L], string> & { other: string }): string => {
    const form = (forms as Partial<Record<Intl.LDMLPluralRule, string>>)[rules.select(count)] ?? forms.other;
    return form.replace("#", numbers.format(count));
  };
}
