import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { message } from "../../../mock/data";
import { ApiError } from "../../client/error";
import type { ChatRules, Queued } from "../../client/types";
import type { Chat } from "../chat/chat.svelte";
import { listed } from "./blocked";
import { Moderator, type ModerationApi } from "./moderator.svelte";
import { detailOf } from "./note";
import { answerable, inShort } from "./people";

const rules: ChatRules = {
  slow_seconds: 0,
  followers_only: false,
  followers_minutes: 0,
  members_only: false,
  guests: true,
  blocked_words: [],
  links: "accounts",
  hold: "nothing",
  shield: false,
  anonymous_questions: false,
};
const entry = (id: string): Queued => ({
  id,
  kind: "held",
  message: { data: { ...message("Zoe", "hm", id), state: "held" } },
  reports: 0,
  reasons: {},
  notes: [],
  created_at: "2026-01-01T12:00:00Z",
});

let asked: string[];
let queue: Queued[];
let refusing: boolean;
let dropped: string[];
let moderator: Moderator;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  queue = [entry("m1"), entry("m2")];
  refusing = false;
  dropped = [];
  const refuse = () => {
    if (refusing) throw new ApiError(409, "", "Somebody was faster.");
  };
  const api = {
    rules: async () => rules,
    change: async (_channel: string, changes: Partial<ChatRules>) => {
      refuse();
      return { ...rules, ...changes };
    },
    queue: async () => {
      asked.push("queue");
      return { items: queue, pages: 1 };
    },
    bans: async () => {
      asked.push("bans");
      return { items: [], pages: 1 };
    },
    decide: async (_channel: string, id: string, decision: string) => {
      refuse();
      asked.push(`${decision} ${id}`);
    },
  } as unknown as ModerationApi;
  const chat = { drop: (id: string) => void dropped.push(id) } as unknown as Chat;
  moderator = new Moderator("lamps", chat, api);
});
afterEach(() => vi.useRealTimers());

it("takes what was decided off the queue, and leaves it where that was refused", async () => {
  await moderator.start();
  expect(moderator.waiting).toBe(2);
  await moderator.decide(entry("m1"), "approve");
  expect([moderator.queue.items?.map(({ id }) => id), dropped]).toEqual([["m2"], []]);
  refusing = true;
  await expect(moderator.decide(entry("m2"), "reject")).rejects.toThrow("faster");
  expect(moderator.waiting).toBe(1);
});

it("asks once for what changes many times, and only for what somebody looks at", async () => {
  await moderator.start();
  asked = [];
  for (let turn = 0; turn < 20; turn += 1) moderator.told({ bans: true, reports: true });
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual(["queue"]);
  await moderator.bans.load();
  moderator.told({ bans: true, reports: false });
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual(["queue", "bans", "bans"]);
});

it("shows a switch as it was pressed, and as it was where that is refused", async () => {
  await moderator.start();
  const changing = moderator.change({ shield: true });
  expect(moderator.rules?.shield).toBe(true);
  await changing;
  refusing = true;
  await expect(moderator.change({ shield: false })).rejects.toThrow();
  expect(moderator.rules?.shield).toBe(true);
});

it("reads a word or phrase from each line, each once", () => {
  expect(listed(" scam \n\nSCAM\nfree   money\n")).toEqual(["SCAM", "free money"]);
});

it("lets nobody be banned who runs the channel, nor oneself", () => {
  const said = message("Zoe", "hi");
  const maya = message("Maya Lindqvist", "hi");
  expect([answerable(said, null), answerable(said, "a-Zoe"), answerable(maya, null)]).toEqual([true, false, false]);
});

it("says a ban's details in words", () => {
  expect(detailOf({ action: "ban", detail: "seconds=600 network: Ads, again" })).toBe(
    "10 min · guests of their network, too · Ads, again",
  );
  expect(detailOf({ action: "ban", detail: "hidden" })).toBe("For good · Silently");
  expect(detailOf({ action: "ban", detail: null })).toBe("For good");
  expect(detailOf({ action: "settings", detail: "slow_seconds=30, links=team" })).toBe("Slow mode, Who may post links");
  expect([inShort(10, "en"), inShort(86_400, "en")]).toEqual(["10 sec", "24 hr"]);
});
