import { directionOf, type Language } from "./language";

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name among words that may run the other way (Unicode TR 9: first strong isolate). */
function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/** Set apart where the name, or the words around it, run from right to left. */
export function apart(name: string, language: Language): string {
  return directionOf(language) === "rtl" || RIGHT_TO_LEFT.test(name) ? isolated(name) : name;
}

/**
 * These texts, with the names that are filled in set apart where they, or the words around them, run from right to left:
 * "Lamp (2)!" keeps its marks on their side.
 */
export function isolating<Texts>(texts: Texts, language: Language): Texts {
  const within = (text: unknown): unknown => {
    if (typeof text === "function")
      return (...filled: unknown[]) =>
        text(...filled.map((each) => (typeof each === "string" ? apart(each, language) : each)));
    if (Array.isArray(text)) return text.map(within);
    if (typeof text !== "object" || text === null) return text;
    return Object.fromEntries(Object.entries(text).map(([key, each]) => [key, within(each)]));
  };
  return within(texts) as Texts;
}
