import { expect, it } from "vitest";
import { proposed, standsAlone } from "./address";

it.each([
  ["Müller & Söhne", "de", "mueller-soehne"],
  ["Müller & Söhne", "en", "mueller-soehne"],
  ["Peña y Güell", "es-MX", "pena-y-guell"],
  ["Mara's lamps", "en", "maras-lamps"],
  ["Black Friday: 20% off!", "en", "black-friday-20"],
  ["Straße nach Łódź", "de", "strasse-nach"],
  ["Donaudampfschifffahrtsgesellschaft", "de", "donaudampfschif"],
  ["Tea – hot", "en", "tea-hot"],
  ["🎉 Lamps 3D ❤️", "en", "lamps-3d"],
  ["हिन्दी", "hi", null],
  ["陶器", "zh", null],
  ["", "en", ""],
])("of %s, read in %s, the address is %s", (name, locale, address) => {
  expect(proposed(name, locale)).toBe(address);
});

it("takes an ending where it would be short, a number or a word of paths", () => {
  const alone = ["mueller-soehne", "tea", "2026", "media"].filter(standsAlone);
  expect(alone).toEqual(["mueller-soehne"]);
});
