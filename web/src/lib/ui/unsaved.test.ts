import { expect, it } from "vitest";
import { Unsaved } from "./unsaved.svelte";

it("asks for as long as something waits to be saved, and not again once they have said that it may be lost", () => {
  const unsaved = new Unsaved();
  const [one, other] = [unsaved.hold(), unsaved.hold()];
  one();
  expect(unsaved.any).toBe(true);
  other();
  expect(unsaved.any).toBe(false);
  unsaved.hold();
  unsaved.giveUp();
  expect(unsaved.any).toBe(false);
});
