/** The languages pages are written in, by the name their readers know them under. */
export const LANGUAGES = {
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  ar: "العربية",
  zh: "中文",
} as const;

export type Language = keyof typeof LANGUAGES;

const STORED = "storecast.language";
const RIGHT_TO_LEFT: readonly Language[] = ["ar"];

/**
 * The first of the wanted languages (BCP 47, best first) that pages are written in; English where there is none.
 * `locale` is what numbers and dates are written by: it has the reader's region.
 */
export function choose(wanted: readonly string[]): { language: Language; locale: string } {
  for (const locale of wanted) {
    const language = locale.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(language)) return { language, locale };
  }
  return { language: "en", locale: "en" };
}

export function isLanguage(language: string): language is Language {
  return Object.hasOwn(LANGUAGES, language);
}

export function directionOf(language: Language): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
}

/** What a text in this language is to be read aloud and hyphenated as, BCP 47: no region, which the text is not of. */
export function tagOf(language: Language): string {
  return language === "zh" ? "zh-Hans" : language;
}

const browser = typeof navigator === "undefined" ? [] : navigator.languages;

/** What the reader chose on a page, which counts more than what the browser says, in the region the browser names. */
function wanted(): string[] {
  const stored = globalThis.localStorage?.getItem(STORED) ?? "";
  if (!isLanguage(stored)) return [...browser];
  return [browser.find((locale) => choose([locale]).language === stored && locale.startsWith(stored)) ?? stored];
}

/** The page's language, and the locale for `Intl`. Both stay the same for as long as the page is open. */
export const { language, locale } = choose(wanted());

if (typeof document !== "undefined") {
  document.documentElement.lang = tagOf(language);
  document.documentElement.dir = directionOf(language);
}

/**
 * The account's language, from the next page on, where none was chosen in this browser. Answers whether this page is in
 * another.
 */
export function adopt(locale: string): boolean {
  const code = locale.toLowerCase().split("-")[0] ?? "";
  if (!isLanguage(code) || window.localStorage.getItem(STORED) !== null) return false;
  remember(code);
  return code !== language;
}

/** From the next page on, in this language. */
export function remember(chosen: Language): void {
  window.localStorage.setItem(STORED, chosen);
}
