import { beforeEach, expect, it, vi } from "vitest";
import type { User } from "../../client/types";
import { speak } from "./speak";

const { now, update } = vi.hoisted(() => ({ now: { full_name: "", locale: "en" }, update: vi.fn() }));
vi.mock("../../client/api", () => ({ accounts: { profile: async () => now } }));
vi.mock("../../client/account", () => ({ account: { update } }));

const user = { full_name: "Ada", locale: "en" } as User;

beforeEach(() => {
  update.mockReset();
  Object.assign(now, { full_name: "Ada Lovelace", locale: "en" });
});

it("changes the account's language and leaves a name that was changed elsewhere", async () => {
  await speak({ user }, "fr");
  expect(update.mock.calls).toEqual([[{ full_name: "Ada Lovelace", locale: "fr" }]]);
});

it("changes nothing where the account speaks it already, in whichever region, or nobody is signed in", async () => {
  now.locale = "fr-CA";
  await speak({ user }, "fr");
  await speak({ user: null }, "de");
  expect(update).not.toHaveBeenCalled();
});
