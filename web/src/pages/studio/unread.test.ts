import { expect, it } from "vitest";
import { message } from "../../../mock/data";
import type { Message } from "../../client/types";
import { readNow, unreadAmong, type Read } from "./unread";

const say = (count: number) => Array.from({ length: count }, () => message("Priya", "Hello"));
const chat = (messages: Message[], more = {}) => ({ messages, loaded: true, problem: null, ...more });
const away = (read: Read, messages: Message[], more = {}) => readNow(read, chat(messages, more), false);

it("what was said before the page came is not news", () => {
  const before = say(3);
  expect(away(undefined, [], { loaded: false })).toBeUndefined();
  const read = away(undefined, before);
  expect(unreadAmong(before, read)).toBe(0);
  expect(unreadAmong([...before, ...say(2)], read)).toBe(2);
});

it("the first message of an empty chat is news", () => {
  const read = away(undefined, []);
  const first = say(1);
  expect(away(read, first)).toBe(read);
  expect(unreadAmong(first, read)).toBe(1);
});

it("a chat that could not be loaded is not taken for an empty one", () => {
  const read = away(undefined, [], { problem: "unreachable" });
  expect(unreadAmong(say(3), away(read, say(3)))).toBe(0);
  expect(readNow(undefined, chat([], { loaded: false }), true)).toBeUndefined();
});

it("messages are read while the chat is in view", () => {
  const messages = say(2);
  const read = readNow(null, chat(messages), true);
  expect(unreadAmong(messages, read)).toBe(0);
});

it("what is older than the last one read is not news, though that one is no longer kept", () => {
  const older = say(5);
  const [last] = say(1);
  const fresh = say(2);
  expect(unreadAmong([...older, ...fresh], last)).toBe(2);
  expect(unreadAmong(say(9), last)).toBe(9);
});
