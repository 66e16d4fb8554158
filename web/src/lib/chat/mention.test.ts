import { expect, it } from "vitest";
import { message } from "../../../mock/data";
import { named, namingAt, peopleFor } from "./mention";

it.each([
  ["@No", 3, { from: 0, begun: "No" }],
  ["hello @", 7, { from: 6, begun: "" }],
  ["two\n@No there", 7, { from: 4, begun: "No" }],
  ["mail a@b", 8, null],
  ["no one", 6, null],
  [`@${"n".repeat(41)}`, 42, null],
])("knows whom %j names at %i", (text, caret, naming) => {
  expect(namingAt(text, caret)).toEqual(naming);
});

it("offers who spoke last first, by any word of the name and whatever its accents, but not oneself", () => {
  const said = ["Tomás Ruiz", "Anouk", "Noor", "tom", "Noor", "Ana Torres"].map((name) => message(name, "hi"));
  const names = (begun: string, me: string | null = null) => peopleFor(begun, said, me).map(({ name }) => name);
  expect(names("to")).toEqual(["Ana Torres", "tom", "Tomás Ruiz"]);
  expect(names("tomas r")).toEqual(["Tomás Ruiz"]);
  expect(names("", "a-Noor")).toEqual(["Ana Torres", "tom", "Anouk", "Tomás Ruiz"]);
  expect(names("zz")).toEqual([]);
});

it("puts the name in and the caret behind it", () => {
  expect(named("hey @no how", { from: 4, begun: "no" }, "Noor")).toEqual({ text: "hey @Noor how", caret: 10 });
  expect(named("@", { from: 0, begun: "" }, "Noor")).toEqual({ text: "@Noor ", caret: 6 });
});
