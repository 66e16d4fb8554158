import { beforeEach, expect, it } from "vitest";
import { ApiError } from "../../client/error";
import type { RealtimeGrant } from "../../client/types";
import { Visitor } from "./visitor";

let stored: Map<string, string>;
let now: number;
let user: string | null;
let asked: (string | null)[];
let refused: string | null;

const visitor = () =>
  new Visitor(
    () => user,
    async (guest) => {
      asked.push(guest);
      if (guest !== null && guest === refused) throw new ApiError(401, "", "");
      const id = user ?? guest ?? `g${asked.length}`;
      return {
        token: id,
        expires_in: 900,
        url: "ws://x",
        identity: { id, name: "Guest", guest: user === null },
      } satisfies RealtimeGrant;
    },
    { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) },
    () => now,
  );

beforeEach(() => {
  stored = new Map();
  now = 0;
  user = null;
  asked = [];
  refused = null;
});

it("asks once for everyone who needs it, and again when it is about to end", async () => {
  const mine = visitor();
  await Promise.all([mine.grant(), mine.grant()]);
  expect(asked).toEqual([null]);
  now = 850_000;
  expect((await mine.grant()).identity.id).toBe("g1");
  expect(asked).toEqual([null, "g1"]);
});

it("is the same guest after a reload", async () => {
  await visitor().grant();
  expect((await visitor().grant()).identity.id).toBe("g1");
  expect(asked).toEqual([null]);
});

it("is a new guest when the old one is no longer known", async () => {
  await visitor().grant();
  now = 2_000_000;
  refused = "g1";
  expect((await visitor().grant()).identity.id).toBe("g3");
});

it("is the user once signed in, whom it never stores", async () => {
  const mine = visitor();
  await mine.grant();
  user = "ada";
  mine.forget();
  expect((await mine.grant()).identity.id).toBe("ada");
  expect([...stored.values()].join()).not.toContain("ada");
});

it("survives a damaged store", async () => {
  stored.set("storecast.guest", "{");
  expect((await visitor().grant()).identity.id).toBe("g1");
});
