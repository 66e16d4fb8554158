import { expect, test } from "vitest";
import { choices, nameOf, namesOf } from "./webhook";

test("a webhook goes by what it is for, else by where it goes", () => {
  const url = "https://hooks.shop.test/in";
  expect(nameOf({ url, description: "The shop" })).toBe("The shop");
  expect(nameOf({ url, description: "" })).toBe(url);
});

test("groups of events are named in words, single ones as they are called", () => {
  expect(namesOf([])).toBe("All events");
  expect(namesOf(["order.*", "stream.started"])).toBe("Orders, stream.started");
});

test("a single event that a program chose can be kept", () => {
  expect(choices(["order.*", "stream.started"]).map(({ value }) => value)).toEqual([
    "order.*",
    "stream.*",
    "product.*",
    "message.*",
    "stream.started",
  ]);
});
