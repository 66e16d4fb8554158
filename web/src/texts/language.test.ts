import { expect, test } from "vitest";
import { choose, directionOf, tagOf } from "./language";
import { plurals } from "./plurals";

test("the first wanted language that pages are written in is spoken, in the reader's region", () => {
  expect(choose(["pl-PL", "de-CH", "en"])).toEqual({ language: "de", locale: "de-CH" });
  expect(choose(["zh-Hant-TW"])).toEqual({ language: "zh", locale: "zh-Hant-TW" });
  expect(choose(["pl", "ja"])).toEqual({ language: "en", locale: "en" });
  expect(choose([])).toEqual({ language: "en", locale: "en" });
});

test("Arabic runs from right to left", () => {
  expect(directionOf("ar")).toBe("rtl");
  expect(directionOf("de")).toBe("ltr");
});

test("a page is said to be in the language it is written in, not in its reader's region", () => {
  expect(["de-CH", "zh-Hant-TW", "pl"].map((wanted) => tagOf(choose([wanted]).language))).toEqual([
    "de",
    "zh-Hans",
    "en",
  ]);
});

test("a number takes the form its language has for it", () => {
  const english = plurals("en");
  const viewers = (count: number) => english(count, { one: "# viewer", other: "# viewers" });
  expect([0, 1, 2, 1234].map(viewers)).toEqual(["0 viewers", "1 viewer", "2 viewers", "1,234 viewers"]);
  const arabic = plurals("ar");
  const forms = { zero: "zero", one: "one", two: "two", few: "few", many: "many", other: "other" };
  expect([0, 1, 2, 3, 11, 100].map((count) => arabic(count, forms))).toEqual(Object.keys(forms));
});
