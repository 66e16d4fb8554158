import { expect, it } from "vitest";
import { takesCode } from "./privacy";

it.each([
  ["public and free", 0, 2, false],
  ["public to who is signed in", 0, 1, false],
  ["public with codes", 0, 0, true],
  ["unlisted and free", 1, 2, false],
  ["unlisted with codes", 1, 0, true],
  ["private, whatever else it says", 2, 2, true],
])("codes are offered where they are asked for: %s", (_, privacy, free_pass, offered) => {
  expect(takesCode({ privacy, free_pass })).toBe(offered);
});
