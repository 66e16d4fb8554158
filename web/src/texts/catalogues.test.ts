import { expect, test } from "vitest";
import { LANGUAGES } from "./language";
import same from "./same.json";

type Texts = Record<string, unknown>;

const catalogues = import.meta.glob<Texts>("./*/*.ts", { import: "texts", eager: true });
const areas = Object.keys(catalogues).flatMap((path) => /^\.\/en\/(.+)\.ts$/.exec(path)?.[1] ?? []);
const others = Object.keys(LANGUAGES).filter((language) => language !== "en");

/** What is the same in another language, as a name or a word taken over is. */
const SAME: Readonly<Record<string, readonly string[]>> = same;

/** Each text by its key; one with something to fill in as it reads with the same things filled in. */
function* flat(texts: Texts, above = ""): Generator<[key: string, text: string]> {
  for (const [key, text] of Object.entries(texts)) {
    const path = above + key;
    if (typeof text === "string") yield [path, text];
    else if (typeof text === "function") yield [path, String(text(...Array.from({ length: text.length }, () => 7)))];
    else yield* flat(text as Texts, `${path}.`);
  }
}

const read = (language: string, area: string) => new Map(flat(catalogues[`./${language}/${area}.ts`] ?? {}));

test.each(others)("every text is written in %s", (language) => {
  const problems: string[] = [];
  for (const area of areas) {
    const english = read("en", area);
    const translated = read(language, area);
    for (const [key, text] of english) {
      const found = translated.get(key);
      if (!found?.trim()) problems.push(`${area}: ${key} is missing`);
      else if (found === text && /\p{L}{2}/u.test(text) && !SAME[language]?.includes(text))
        problems.push(`${area}: ${key} is as in English: ${text}`);
    }
    for (const key of translated.keys()) if (!english.has(key)) problems.push(`${area}: ${key} is not in English`);
  }
  expect(problems).toEqual([]);
});

test.each(others)("a part shown by the page is marked in %s where it is in English", (language) => {
  const marked = (texts: Map<string, string>) =>
    [...texts].filter(([, text]) => /\[.+\]/.test(text)).map(([key]) => key);
  for (const area of areas) expect(marked(read(language, area)), area).toEqual(marked(read("en", area)));
});
