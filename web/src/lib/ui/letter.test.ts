import { expect, it } from "vitest";
import { letterOf } from "./letter";

it("reads the letter that stands on a key, and of another alphabet the Latin one of its place", () => {
  expect(letterOf({ key: "A", code: "KeyA" })).toBe("a");
  expect(letterOf({ key: "a", code: "KeyQ" })).toBe("a");
  expect(letterOf({ key: "ش", code: "KeyA" })).toBe("a");
  expect(letterOf({ key: "Delete", code: "Delete" })).toBe("delete");
  expect(letterOf({ key: "é", code: "Digit2" })).toBe("é");
});
