import { expect, it } from "vitest";
import { isHandheld } from "./devices";
import { detailOf, wordsFor } from "./events";

it.each([
  ["Safari on iOS", true],
  ["Chrome Mobile on Android", true],
  ["Firefox on Ubuntu", false],
  ["Unknown device", false],
])("knows whether %o is held in a hand", (name, handheld) => {
  expect(isHandheld(name)).toBe(handheld);
});

it("names events in words, those it does not know by their own", () => {
  expect(wordsFor("password_reset").text).toBe("Password reset by mail");
  expect(wordsFor("moon_landed").text).toBe("Moon landed");
});

it("leaves a detail it does not know as it is", () => {
  expect(detailOf("totp")).toBe("Authenticator app");
  expect(detailOf("Firefox on Ubuntu")).toBe("Firefox on Ubuntu");
});
