import { expect, it } from "vitest";
import { onlyEmoji, partsOf } from "./words";

const parts = (data: string, ...names: string[]) =>
  partsOf({ data, mentions: names.map((name, number) => ({ id: `p${number}`, name })) });

it("finds whom a message names, the longer name first, and leaves addresses whole", () => {
  expect(parts("Hi @noor and @Ana (x), see https://a.test/@noor", "Noor", "Ana (x)")).toEqual([
    { text: "Hi ", href: null, person: null },
    { text: "@noor", href: null, person: "p0" },
    { text: " and ", href: null, person: null },
    { text: "@Ana (x)", href: null, person: "p1" },
    { text: ", see ", href: null, person: null },
    { text: "https://a.test/@noor", href: "https://a.test/@noor", person: null },
  ]);
});

it("names nobody whom the server did not", () => {
  expect(parts("@everyone look").map(({ person }) => person)).toEqual([null]);
});

it("keeps every letter", () => {
  const text = "a@Noor b\n@Noor <b>@</b>";
  expect(
    parts(text, "Noor")
      .map(({ text }) => text)
      .join(""),
  ).toBe(text);
});

it.each(["❤️", "😂😂", "👍🏽", "👩‍👩‍👧"])("knows %s for emoji alone", (text) => expect(onlyEmoji(text)).toBe(true));
it.each(["", "12", "ok 👍", "😂".repeat(5)])("knows %j for words", (text) => expect(onlyEmoji(text)).toBe(false));
