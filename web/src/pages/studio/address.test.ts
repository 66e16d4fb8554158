import { expect, it } from "vitest";
import { ADDRESS, proposed } from "./address";

it.each([
  ["Müller & Söhne", "muller-sohne"],
  ["Mara's lamps", "maras-lamps"],
  ["Black Friday: 20% off!", "black-friday-20"],
  ["Straße nach Łódź", "strasse-nach"],
  ["Donaudampfschifffahrtsgesellschaft", "donaudampfschif"],
  ["🎉 3D Druck", "3d-druck"],
  ["Tea", ""],
  ["हिन्दी", ""],
  ["陶器", ""],
])("proposes for %s the address %s", (name, address) => {
  expect(proposed(name)).toBe(address);
  if (address) expect(address).toMatch(ADDRESS);
});
