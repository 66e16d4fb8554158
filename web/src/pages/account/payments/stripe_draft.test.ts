import { expect, test } from "vitest";
import { changesOf, codesIn, countriesNamed, draftOf, newRate } from "./stripe_draft";

test("codes of countries are read however they are written", () => {
  expect(codesIn("de, at;CH\n fr de")).toEqual(["DE", "AT", "CH", "FR"]);
  expect(codesIn(" ")).toEqual([]);
});

test("countries are named in the reader's language, unknown codes left out", () => {
  expect(countriesNamed("de, xq, a", "fr")).toBe("Allemagne");
  expect(countriesNamed("", "fr")).toBe("");
});

test("secrets left empty are not sent, so that they stay", () => {
  const draft = { ...draftOf(false), publishable: " pk_test_1 ", countries: "de" };
  expect(changesOf(draft)).toEqual({
    publishable_key: "pk_test_1",
    shipping_countries: ["DE"],
    shipping_rates: [],
    automatic_tax: false,
  });
  expect(changesOf({ ...draft, secret: "sk_test_1" })).toHaveProperty("secret_key", "sk_test_1");
});

test("a price may have a comma", () => {
  const rate = { ...newRate("eur"), name: "Post", price: "4,90" };
  expect(changesOf({ ...draftOf(false), rates: [rate] }).shipping_rates).toEqual([
    { name: "Post", price: "4.90", currency: "EUR" },
  ]);
});

test("what is saved is what is shown", () => {
  const keys = {
    publishable_key: "pk_test_1",
    secret_key: "sk_test_…1234",
    webhook_secret: null,
    webhook_url: "https://shop.test/api/v1/orders/stripe/x",
    webhook_events: [],
    mode: "test" as const,
    ready: false,
    shipping_countries: ["AT", "DE"],
    shipping_rates: [{ name: "Post", price: 4.9, currency: "EUR" }],
    automatic_tax: true,
  };
  expect(changesOf(draftOf(keys))).toEqual({
    publishable_key: "pk_test_1",
    shipping_countries: ["AT", "DE"],
    shipping_rates: [{ name: "Post", price: "4.90", currency: "EUR" }],
    automatic_tax: true,
  });
});
