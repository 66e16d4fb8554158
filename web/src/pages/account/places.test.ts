import { expect, it } from "vitest";
import { places, SECTIONS } from "./places";

it.each(SECTIONS.map(({ name }) => name))("leads back to %s", (section) => {
  expect(places.parse(places.path(section))).toBe(section);
});

it("shows the profile under an unknown or empty name", () => {
  expect(places.parse("/account/")).toBe("profile");
  expect(places.parse("/account/nonsense/deeper")).toBe("profile");
});
