import { expect, it } from "vitest";
import { inBytes } from "./bytes";

it.each([
  [1023, "1,023 byte"],
  [1024, "1 kB"],
  [12 * 1024 * 1024, "12 MB"],
  [5000 * 1024 ** 3, "5,000 GB"],
])("says %i as %s", (size, words) => {
  expect(inBytes(size, "en-US")).toBe(words);
});
