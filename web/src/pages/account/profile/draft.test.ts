import { expect, it } from "vitest";
import type { User } from "../../../client/types";
import { changesBetween, draftOf } from "./draft";

const user: User = {
  hash_id: "u",
  email: "ada@example.com",
  full_name: "Ada Lovelace",
  nickname: "Ada",
  description: null,
  location: "London",
  phone: null,
  currency: { data: { id: 978, name: "Euro", symbol: "€", iso_code: "EUR" } },
  locale: "en",
  avatar: "",
  isVerified: true,
};

it("has nothing to send when nothing changed", () => {
  expect(changesBetween(user, { ...draftOf(user), name: " Ada Lovelace " }, null)).toBeNull();
});

it("sends what changed, and always the name", () => {
  const draft = { ...draftOf(user), description: " Lamps. ", currency: "840", locale: "en-GB" };
  expect(changesBetween(user, draft, null)).toEqual({
    full_name: "Ada Lovelace",
    description: "Lamps.",
    currency_id: 840,
    locale: "en-GB",
  });
});

it("clears what is emptied", () => {
  expect(changesBetween(user, { ...draftOf(user), location: " " }, null)).toEqual({
    full_name: "Ada Lovelace",
    location: null,
  });
});

it("takes a new picture for a change", () => {
  const avatar = new File(["x"], "me.png");
  expect(changesBetween(user, draftOf(user), avatar)).toEqual({ full_name: "Ada Lovelace", avatar });
});
