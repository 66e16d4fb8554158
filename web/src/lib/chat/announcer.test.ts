import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { message } from "../../../mock/data";
import { Announcer } from "./announcer.svelte";

let announcer: Announcer;
const say = (text: string, meant = false) => announcer.hear([message("Zoe", text)], () => meant);

beforeEach(() => {
  vi.useFakeTimers();
  announcer = new Announcer(() => Date.now());
});
afterEach(() => vi.useRealTimers());

it("reads out each message of a quiet conversation", () => {
  say("Is it oak?");
  expect(announcer.polite).toBe("Zoe: Is it oak?");
  vi.advanceTimersByTime(6000);
  say("And the lamp?");
  expect(announcer.polite).toBe("Zoe: And the lamp?");
});

it("says of a busy one how much was said, every few seconds", () => {
  const heard: string[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    say(`number ${turn}`);
    if (heard.at(-1) !== announcer.polite) heard.push(announcer.polite);
    vi.advanceTimersByTime(50);
  }
  expect(heard).toEqual(["Zoe: number 0", "99 new messages"]);
  vi.advanceTimersByTime(5000);
  expect(announcer.polite).toBe("100 new messages");
});

it("says at once what is meant for this reader, and lets nobody shout", () => {
  say("hello all");
  say("hello all");
  say("hello you", true);
  expect(announcer.urgent).toBe("Zoe: hello you");
  say("you again", true);
  expect(announcer.urgent).toBe("Zoe: hello you");
  vi.advanceTimersByTime(5000);
  expect(announcer.polite).toBe("2 new messages");
});

it("falls silent with its page", () => {
  say("one");
  say("two");
  announcer.stop();
  vi.advanceTimersByTime(20_000);
  expect(announcer.polite).toBe("Zoe: one");
});
