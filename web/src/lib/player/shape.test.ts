import { expect, it } from "vitest";
import { covers } from "./shape";

const size = (width: number, height: number) => ({ width, height });
const portrait = size(720, 1280);

it.each([
  ["a phone", portrait, size(390, 844), true],
  ["a long phone", portrait, size(360, 800), true],
  ["a phone below a browser's bars", portrait, size(390, 664), true],
  ["a folded phone, which would cut off a third", portrait, size(344, 882), false],
  ["a tablet, which would cut off a quarter", portrait, size(768, 1024), false],
  ["a phone on its side", portrait, size(844, 390), false],
  ["a phone, being wide itself", size(1280, 720), size(390, 844), false],
  ["a phone before it is known", size(0, 0), size(390, 844), false],
])("a picture fills %s or is shown whole", (_, picture, room, filled) => {
  expect(covers(picture, room)).toBe(filled);
});
