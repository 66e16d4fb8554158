import { CALLING_CODES } from "./calling_codes";

export interface Country {
  /** ISO 3166-1, two letters. */
  readonly region: string;
  readonly name: string;
  /** As `+49`. */
  readonly prefix: string;
}

/** Those that give out telephone numbers, by their names in a language (BCP 47). */
export function countries(locale: string): Country[] {
  const names = new Intl.DisplayNames([locale], { type: "region" });
  const found = CALLING_CODES.split(" ").map((entry) => {
    const region = entry.slice(0, 2);
    return { region, name: names.of(region) ?? region, prefix: `+${entry.slice(2)}` };
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, locale));
}

/** Where somebody who speaks like this most likely is: the first of these languages that says so. */
export function likelyRegion(locales: readonly string[]): string | null {
  for (const locale of locales) {
    try {
      const { region } = new Intl.Locale(locale);
      if (region) return region;
    } catch {
      // Not a language.
    }
  }
  const [first] = locales;
  return first ? (new Intl.Locale(first).maximize().region ?? null) : null;
}
