import { expect, it } from "vitest";
import type { Coupon } from "../../../client/selling";
import { changesOf, draftOf, problemsOf, standing, type Draft } from "./coupon";

const coupon: Coupon = {
  id: "c1",
  code: "SAVE10",
  percent: null,
  amount: 5.5,
  currency: "EUR",
  minimum: 20,
  starts_at: "2026-03-01T10:00:00Z",
  ends_at: "2026-03-02T10:00:00Z",
  uses: 50,
  uses_per_buyer: 1,
  used: 7,
};
const draft = (changes: Partial<Draft>): Draft => ({
  ...draftOf(null, "EUR"),
  code: "SAVE",
  percent: "10",
  ...changes,
});
const wrong = (changes: Partial<Draft>, used = 0) => Object.keys(problemsOf(draft(changes), used));

it("sends back what it was given", () => {
  const { id: _, used: __, amount: ___, minimum: ____, starts_at, ends_at, ...same } = coupon;
  const sent = changesOf(draftOf(coupon, "USD"));
  expect(sent).toMatchObject({ ...same, amount: "5.50", minimum: "20" });
  expect([Date.parse(sent.starts_at ?? ""), Date.parse(sent.ends_at ?? "")]).toEqual([
    Date.parse(starts_at ?? ""),
    Date.parse(ends_at ?? ""),
  ]);
});

it("leaves out what is not set", () => {
  expect(changesOf(draft({}))).toEqual({
    code: "SAVE",
    percent: 10,
    amount: null,
    currency: "EUR",
    minimum: null,
    starts_at: null,
    ends_at: null,
    uses: null,
    uses_per_buyer: null,
  });
});

it("says what is wrong before it is sent", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ code: "a b" })).toEqual(["code"]);
  for (const percent of ["", "0", "101", "1.5"]) expect(wrong({ percent })).toEqual(["percent"]);
  for (const amount of ["", "0", "x"]) expect(wrong({ kind: "amount", amount })).toEqual(["amount"]);
  expect(wrong({ minimum: "x" })).toEqual(["minimum"]);
  expect(wrong({ startsAt: "2026-03-02T10:00", endsAt: "2026-03-02T10:00" })).toEqual(["ends_at"]);
  expect(wrong({ uses: "0", usesPerBuyer: "-1" })).toEqual(["uses", "uses_per_buyer"]);
  expect(wrong({ uses: "6" }, 7)).toEqual(["uses"]);
});

it("tells whether it can be used now", () => {
  const at = (iso: string) => standing(coupon, Date.parse(iso));
  expect(at("2026-03-01T09:59:59Z")).toBe("early");
  expect(at("2026-03-01T10:00:00Z")).toBe("good");
  expect(at("2026-03-02T10:00:00Z")).toBe("over");
  expect(standing({ ...coupon, used: 50 }, Date.parse("2026-03-01T12:00:00Z"))).toBe("used");
});
