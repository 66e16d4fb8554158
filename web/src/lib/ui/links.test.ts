import { expect, it } from "vitest";
import { pieces } from "./links";

const links = (text: string) => pieces(text).flatMap(({ text, href }) => (href === null ? [] : [[text, href]]));

it.each([
  ["Sale at https://shop.test/lamps.", "https://shop.test/lamps", "https://shop.test/lamps"],
  ["(see www.shop.test/a_(b))", "www.shop.test/a_(b)", "https://www.shop.test/a_(b)"],
  ["Voir « https://shop.test »", "https://shop.test", "https://shop.test/"],
  ["去 https://shop.test/灯。", "https://shop.test/灯", "https://shop.test/%E7%81%AF"],
])("finds the address in %j", (text, shown, href) => {
  expect(links(text)).toEqual([[shown, href]]);
});

it.each(["javascript:alert(1)", "mailto:a@b.test", "https://", "version 1.2.3", "data:text/html,hi"])(
  "leads nowhere by %j",
  (text) => {
    expect(links(text)).toEqual([]);
  },
);

it("keeps every letter of the text", () => {
  const text = "A <b>lamp</b>: https://a.test/x?y=1&z=2, https://b.test\nand more";
  expect(
    pieces(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
  expect(links(text)).toHaveLength(2);
});
