import { expect, it } from "vitest";
import { afterSaving } from "./draft";

it("keeps what was typed while a form was being saved", () => {
  const sent = { name: " Ada ", about: "Lamps", free: false };
  const saved = { name: "Ada", about: "Lamps", free: false };
  expect(afterSaving(sent, sent, saved)).toEqual(saved);
  expect(afterSaving(sent, { ...sent, about: "Lamps, mostly", free: true }, saved)).toEqual({
    name: "Ada",
    about: "Lamps, mostly",
    free: true,
  });
});
