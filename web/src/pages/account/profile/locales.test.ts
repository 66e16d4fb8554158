import { expect, it } from "vitest";
import { localesOf } from "./locales";

it("lists a language before its regions, in its own words", () => {
  const spanish = { code: "es", default_name: "Spanish", locale_name: "español" };
  const mexico = { code: "es-MX", default_name: "Mexico", locale_name: "México" };
  expect(localesOf([{ id: "es", language: spanish, regions: [mexico] }])).toEqual([
    { value: "es", label: "español" },
    { value: "es-MX", label: "español (México)" },
  ]);
});
