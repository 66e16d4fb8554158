import { afterEach, expect, test, vi } from "vitest";
import { isolating } from "./isolated";
import { LANGUAGES, type Language } from "./language";

const NAME = "Lamp (2)!";
const APART = `\u2068${NAME}\u2069`;

const catalogues = import.meta.glob<object>("./ar/*.ts", { import: "texts", eager: true });

/** What each text says with the name filled in wherever something is. */
function* filled(texts: object, above: string): Generator<[key: string, text: string]> {
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === "function") yield [`${above}${key}`, text(NAME, NAME, NAME)];
    else if (typeof text === "object") yield* filled(text, `${above}${key}.`);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test.each(Object.entries(catalogues))("every name in the sentences of %s is set apart", (_, texts) => {
  const bare = [...filled(isolating(texts, "ar"), "")].filter(([, text]) => text.replaceAll(APART, "").includes(NAME));
  expect(bare).toEqual([]);
});

test("names stand in Arabic pages with their marks around them", async () => {
  vi.stubGlobal("navigator", { languages: ["ar"] });
  vi.resetModules();
  const { studio } = await import("./studio");
  const { pictures } = await import("./pictures");
  expect(studio.products.saved(NAME)).toContain(APART);
  expect(pictures.tooLarge("a.png", "12 MB")).toContain("\u2068a.png\u2069");
});

test.each((Object.keys(LANGUAGES) as Language[]).filter((language) => language !== "ar"))(
  "in %s names are set apart that run from right to left",
  (language) => {
    const { saved } = isolating({ saved: (name: string) => `${name}.` }, language);
    expect(saved("مصباح (2)")).toBe("\u2068مصباح (2)\u2069.");
    expect(saved("Lampe (2)")).toBe("Lampe (2).");
  },
);

test("a list of texts stays one", () => {
  expect(isolating({ reasons: ["one", (name: string) => name] as const }, "en").reasons).toHaveLength(2);
});
