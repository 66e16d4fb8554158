import { expect, it } from "vitest";
import { fitting, sourceSet } from "./sizes";

const sizes = [480, 960, 1920].map((width) => ({ url: `/${width}.webp`, width }));

it("leaves the choice to the browser where there is one", () => {
  expect(sourceSet(sizes)).toBe("/480.webp 480w, /960.webp 960w, /1920.webp 1920w");
  expect([sourceSet(sizes.slice(0, 1)), sourceSet([])]).toEqual([undefined, undefined]);
});

it.each([
  [300, "/480.webp"],
  [481, "/960.webp"],
  [5000, "/1920.webp"],
])("chooses for %i pixels", (pixels, url) => expect(fitting(sizes, pixels)).toBe(url));

it("has none of no picture", () => expect(fitting([], 100)).toBeNull());
