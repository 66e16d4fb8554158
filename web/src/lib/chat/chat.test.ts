import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../client/error";
import type { Message, RealtimeGrant } from "../../client/types";
import { Chat, type ChatOptions } from "./chat.svelte";
import { explainRefusal } from "./refusal";
import { KEPT, merge, trim } from "./timeline";

const message = (seq: number, data = `text ${seq}`, author = "someone"): Message => ({
  id: `m${seq}`,
  thread_id: 7,
  data,
  locale: null,
  reply_for: null,
  seq,
  created_at: "",
  author: { data: { id: author, name: author, avatar: null, guest: true, role: "viewer" } },
});

let page: Message[];
let identity: string;
let calls: string[];
let answer: () => Promise<Message>;
let chat: Chat;

const options = (): ChatOptions => ({
  threadSlug: "demo",
  threadId: 7,
  signedIn: () => false,
  grant: async () =>
    ({
      token: "t",
      url: "",
      expires_in: 900,
      identity: { id: identity, name: "Guest", guest: true },
    }) satisfies RealtimeGrant,
  api: {
    read: async () => ({ id: 7, slug: "demo", unread: 0, messages: { data: page }, cursor: "older" }),
    join: async (_slug, name) => void calls.push(`join ${name}`),
    say: async (thread, text) => {
      calls.push(`say ${thread} ${text}`);
      return answer();
    },
  },
});

beforeEach(() => {
  page = [];
  identity = "g1";
  calls = [];
  answer = async () => message(50, "hello", "g1");
  chat = new Chat(options());
  chat.guestName = "Noor";
});

describe("Chat", () => {
  it("shows a message at once and settles it with the answer", async () => {
    let release = (_: Message): void => undefined;
    answer = () => new Promise((resolve) => (release = resolve));
    const sending = chat.send("hello", null);
    expect(chat.drafts.map(({ text, state }) => [text, state])).toEqual([["hello", "sending"]]);
    await new Promise((resolve) => setTimeout(resolve));
    release(message(50, "hello", "g1"));
    await sending;
    expect(chat.drafts).toEqual([]);
    expect(chat.messages.map(({ id }) => id)).toEqual(["m50"]);
  });

  it("shows its own message once when the event overtakes the answer", async () => {
    await chat.load();
    answer = async () => {
      chat.receive(message(50, "hello", "g1"));
      expect(chat.drafts).toEqual([]);
      return message(50, "hello", "g1");
    };
    await chat.send("hello", null);
    expect(chat.messages).toHaveLength(1);
  });

  it("does not take another person's same words for its own", async () => {
    await chat.load();
    answer = async () => {
      chat.receive(message(49, "hello", "g2"));
      expect(chat.drafts).toHaveLength(1);
      return message(50, "hello", "g1");
    };
    await chat.send("hello", null);
    expect(chat.messages.map(({ id }) => id)).toEqual(["m49", "m50"]);
  });

  it("keeps a refused message with its reason until retried", async () => {
    answer = async () => {
      throw new ApiError(429, "", "", {}, 5);
    };
    await chat.send("hello", null);
    expect(chat.drafts[0]?.problem).toContain("in 5 s");
    answer = async () => message(50);
    await chat.retry(chat.drafts[0]?.key ?? "");
    expect(chat.drafts).toEqual([]);
  });

  it("joins once under the chosen name, and again as another guest", async () => {
    await chat.send("a", null);
    await chat.send("b", null);
    identity = "g2";
    await chat.send("c", null);
    expect(calls).toEqual(["join Noor", "say 7 a", "say 7 b", "join Noor", "say 7 c"]);
  });

  it("keeps what is written until it is sent, through a reload too", async () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("sessionStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    });
    const open = (threadSlug: string) => new Chat({ ...options(), threadSlug });
    open("demo").text = " Is it oak? ";
    expect([open("demo").text, open("other").text]).toEqual([" Is it oak? ", ""]);
    const reopened = open("demo");
    reopened.guestName = "Noor";
    reopened.submit();
    await new Promise((resolve) => setTimeout(resolve));
    expect(calls).toEqual(["join Noor", "say 7 Is it oak?"]);
    expect(open("demo").text).toBe("");
    vi.unstubAllGlobals();
  });

  it("starts over when too much was missed to be continuous", async () => {
    page = [message(1)];
    await chat.load();
    page = [message(90), message(91)];
    await chat.load();
    expect(chat.messages.map(({ id }) => id)).toEqual(["m90", "m91"]);
  });

  it("keeps what was said while an older page was on its way", async () => {
    page = [message(1), message(2)];
    const loading = chat.load();
    chat.receive(message(3));
    await loading;
    expect(chat.messages.map(({ id }) => id)).toEqual(["m1", "m2", "m3"]);
    expect(chat.older).toBe("older");
  });

  it("shows once what was said while a page was on its way that has it", async () => {
    page = [message(1), message(2)];
    const loading = chat.load();
    chat.receive(message(2));
    await loading;
    expect(chat.messages.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(chat.older).toBe("older");
  });
});

describe("merge", () => {
  it("orders by seq and drops repeats", () => {
    const merged = merge([message(1), message(3)], [message(2), message(3, "edited")]);
    expect(merged.map(({ seq, data }) => [seq, data])).toEqual([
      [1, "text 1"],
      [2, "text 2"],
      [3, "edited"],
    ]);
  });

  it("keeps the newest when there are too many", () => {
    const many = Array.from({ length: KEPT + 5 }, (_, index) => message(index));
    expect(trim(many)[0]?.seq).toBe(5);
  });
});

describe("explainRefusal", () => {
  it.each([
    [403, "cannot write"],
    [409, "switched off"],
    [429, "Slow down"],
    [401, "Sign in"],
    [0, "No connection"],
    [500, "Try again"],
  ])("puts %i in plain words", (status, words) => {
    expect(explainRefusal(new ApiError(status, "", "internal wording"))).toContain(words);
  });

  it("passes on what is wrong with the text", () => {
    expect(explainRefusal(new ApiError(422, "", "", { data: "Too long." }))).toBe("Too long.");
  });
});
