import { expect, it } from "vitest";
import { refusalOf } from "./picture";

const file = (name: string, type: string, size = 1000) => ({ name, type, size });

it.each([
  file("a.jpg", "image/jpeg"),
  file("a.webp", "image/webp"),
  file("a.avif", "image/avif"),
  file("a.AVIF", ""),
  file("a.gif", "image/gif", 12 * 1024 * 1024),
])("takes $name as $type", (picture) => expect(refusalOf(picture)).toBeNull());

it("says of a file that it is no picture, or too large, before it is sent", () => {
  expect(refusalOf(file("IMG_1.heic", "image/heic"))).toContain("IMG_1.heic");
  expect(refusalOf(file("notes.txt", ""))).toContain("notes.txt");
  expect(refusalOf(file("a.png", "image/png", 15_000_000))).toBe("a.png is too large: pictures can be up to 12 MB.");
});
