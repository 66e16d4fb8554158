import { expect, it } from "vitest";
import { inBytes } from "./bytes";

it.each([
  [999, "999 byte"],
  [1000, "1 kB"],
  [1_234_567, "1.2 MB"],
  [5e12, "5,000 GB"],
])("says %i as %s", (size, words) => {
  expect(inBytes(size, "en-US")).toBe(words);
});
