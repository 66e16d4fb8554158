import { expect, it } from "vitest";
import { LANGUAGES } from "../../../texts/language";
import { GROUPS } from "./list";
import { nameOf, search } from "./search";

type Names = Readonly<Record<string, string>>;
const NAMES = import.meta.glob<Names>("./names/*.ts", { import: "names", eager: true });
const names = (language: string): Names => NAMES[`./names/${language}.ts`] ?? {};
const all = Object.values(GROUPS).flatMap((group) => group.split(" "));

it.each(Object.keys(LANGUAGES))("each has a name in %s", (language) => {
  const unnamed = all.filter((emoji) => !nameOf(emoji, names(language)).match(/\p{L}/u));
  expect(unnamed).toEqual([]);
  expect(Object.keys(names(language))).toHaveLength(new Set(all).size);
});

it("is offered once", () => {
  expect(all.filter((emoji, index) => all.indexOf(emoji) !== index)).toEqual([]);
});

it.each([
  ["en", "thumbs", "👍"],
  ["de", "herz", "❤️"],
  ["fr", "cœur", "❤️"],
  ["es", "corazon", "❤️"],
  ["ar", "قلب", "❤️"],
  ["zh", "笑", "😂"],
])("is found in %s by %s", (language, wanted, emoji) => {
  expect(search(wanted, names(language))).toContain(emoji);
});

it("finds nothing for nothing", () => {
  expect([search(" ", names("en")), search("xyzzy", names("en"))]).toEqual([[], []]);
});
