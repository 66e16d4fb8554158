import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../client/error";
import { reader, rules, thread } from "../../../mock/data";
import type { Message, Reader, RealtimeGrant, ThreadSettings } from "../../client/types";
import { Chat, type ChatOptions } from "./chat.svelte";
import { KEPT } from "./timeline";

const message = (seq: number, data = `text ${seq}`, author = "someone"): Message => ({
  id: `m${seq}`,
  thread_id: 7,
  data,
  locale: null,
  reply_for: null,
  reply_to: null,
  mentions: [],
  reactions: [],
  state: "shown" as const,
  edited_at: null,
  seq,
  created_at: "",
  author: { data: { id: author, name: author, avatar: null, guest: true, role: "viewer" } },
});

let page: Message[];
let settings: ThreadSettings;
let me: Reader;
let identity: string;
let calls: string[];
let reads: number;
let failing: boolean;
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
    read: async () => {
      reads += 1;
      if (failing) throw new ApiError(503, "", "");
      return { ...thread(page, "1"), settings, me };
    },
    join: async (slug, name) => {
      calls.push(`join ${name}`);
      return { thread_id: 7, slug, id: identity, name, guest: true };
    },
    say: async (thread, text) => {
      calls.push(`say ${thread} ${text}`);
      return answer();
    },
    edit: async (id, text) => {
      calls.push(`edit ${id} ${text}`);
      return answer();
    },
    remove: async (_slug, id) => {
      calls.push(`remove ${id}`);
      if (failing) throw new ApiError(403, "", "");
      return { id };
    },
    react: async (id, emoji, on) => {
      calls.push(`react ${id} ${emoji} ${on}`);
      if (failing) throw new ApiError(409, "", "");
      return { id, emoji, on };
    },
    report: async (id, reason) => ({ id, reason }),
    hearts: async (_slug, emoji, count) => ({ emoji, count }),
  },
});

beforeEach(() => {
  page = [];
  settings = rules;
  me = reader;
  identity = "g1";
  calls = [];
  reads = 0;
  failing = false;
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
    expect(chat.older).toBe("1");
  });

  it("shows once what was said while a page was on its way that has it", async () => {
    page = [message(1), message(2)];
    const loading = chat.load();
    chat.receive(message(2));
    await loading;
    expect(chat.messages.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(chat.older).toBe("1");
  });
});

describe("a crowd", () => {
  it("is drawn once for all it says between two frames", async () => {
    const frames: (() => void)[] = [];
    const busy = new Chat({ ...options(), soon: (run) => void frames.push(run) });
    await busy.load();
    for (let seq = 1; seq <= 20; seq += 1) busy.receive(message(seq));
    expect([busy.messages.length, frames.length]).toEqual([0, 1]);
    frames.shift()?.();
    expect(busy.messages).toHaveLength(20);
    busy.receive(message(21));
    expect(frames).toHaveLength(1);
  });

  it("has what went and came back between two frames in the order that was told", async () => {
    const frames: (() => void)[] = [];
    const busy = new Chat({ ...options(), soon: (run) => void frames.push(run) });
    await busy.load();
    const answer = { ...message(3), reply_for: "m1", reply_to: { id: "m1", name: "Noor", data: "spam" } };
    for (const said of [message(1, "spam", "a"), message(2, "spam", "b"), answer]) busy.receive(said);
    busy.purge(["a"], 4);
    busy.purge(["b"], 5);
    busy.restore(message(2, "spam", "b"));
    frames.shift()?.();
    expect(busy.messages.map(({ id, reply_to }) => [id, reply_to])).toEqual([
      ["m2", null],
      ["m3", null],
    ]);
  });

  it("leads back to what was dropped", () => {
    for (let seq = 1; seq <= KEPT + 501; seq += 1) chat.receive(message(seq));
    expect(chat.messages).toHaveLength(KEPT);
    expect(chat.older).toBe(String(chat.messages[0]?.seq));
  });

  it("drops nothing that somebody reads", () => {
    chat.reading = true;
    for (let seq = 1; seq <= KEPT + 600; seq += 1) chat.receive(message(seq));
    expect(chat.messages[0]?.seq).toBe(1);
  });
});

describe("older messages", () => {
  it("stand before the rest", async () => {
    page = [message(8), message(9)];
    await chat.load();
    page = [message(3), message(4)];
    await chat.loadOlder();
    expect(chat.messages.map(({ seq }) => seq)).toEqual([3, 4, 8, 9]);
  });

  it("are asked for once at a time, and not by themselves after a failure", async () => {
    page = [message(8)];
    await chat.load();
    await Promise.all([chat.loadOlder(), chat.loadOlder()]);
    expect(reads).toBe(2);
    failing = true;
    await chat.loadOlder();
    expect([chat.olderFailed, chat.loadingOlder]).toEqual([true, false]);
  });
});

describe("what others do", () => {
  const ids = () => chat.messages.map(({ id }) => id);

  it("takes a message away, and its words from what answers it", async () => {
    const quote = { id: "m1", name: "someone", data: "text 1" };
    page = [message(1), { ...message(2), reply_for: "m1", reply_to: quote }];
    await chat.load();
    chat.replyingTo = page[0] ?? null;
    chat.drop("m1");
    expect(ids()).toEqual(["m2"]);
    expect([chat.messages[0]?.reply_to, chat.replyingTo]).toEqual([null, null]);
  });

  it("brings nothing back that was taken away before it came", async () => {
    const loading = chat.load();
    chat.drop("m1");
    page.push(message(0), message(1), message(2));
    await loading;
    expect(ids()).toEqual(["m0", "m2"]);
    chat.restore(message(1));
    chat.restore(message(-1));
    expect(ids()).toEqual(["m0", "m1", "m2"]);
  });

  it("leaves to who moderates what was taken away, as such", async () => {
    page = [message(1), message(2)];
    me = { ...reader, may_moderate: true };
    await chat.load();
    chat.drop("m1");
    chat.purge(["someone"], 2);
    expect(chat.messages.map(({ state }) => state)).toEqual(["deleted", "shown"]);
    chat.restore(message(1));
    expect(chat.messages[0]?.state).toBe("shown");
  });

  it("takes away all that somebody said until then, but for their own eyes", async () => {
    page = [message(1, "a", "spammer"), message(2, "b", "Noor"), message(9, "c", "spammer"), message(3, "d", "g1")];
    await chat.load();
    chat.purge(["spammer", "g1"], 9);
    expect(ids()).toEqual(["m2", "m3", "m9"]);
  });

  it("changes what is here, and brings in nothing that is not", async () => {
    page = [{ ...message(5), reactions: [{ emoji: "👍", count: 2, mine: true }] }];
    await chat.load();
    chat.change({ ...message(5, "better"), reactions: [{ emoji: "👍", count: 3, mine: false }] });
    chat.change(message(1, "old"));
    expect(chat.messages.map(({ data, reactions }) => [data, reactions])).toEqual([
      ["better", [{ emoji: "👍", count: 3, mine: true }]],
    ]);
  });

  it("counts reactions as the room tells", async () => {
    page = [message(1)];
    await chat.load();
    chat.count({ m1: { "👍": 2, "🔥": 1 }, m9: { "👍": 1 } });
    chat.count({ m1: { "🔥": 4 } });
    expect(chat.messages[0]?.reactions).toEqual([{ emoji: "🔥", count: 4, mine: false }]);
  });
});

describe("what this reader does", () => {
  it("reacts at once, and takes it back where it was refused", async () => {
    page = [{ ...message(1), reactions: [{ emoji: "👍", count: 2, mine: false }] }];
    await chat.load();
    const [said] = chat.messages as [Message];
    const reacting = chat.react(said, "👍", true);
    expect(chat.messages[0]?.reactions).toEqual([{ emoji: "👍", count: 3, mine: true }]);
    await reacting;
    failing = true;
    await expect(chat.react(said, "🔥", true)).rejects.toThrow();
    expect(chat.messages[0]?.reactions).toEqual([{ emoji: "👍", count: 3, mine: true }]);
  });

  it("deletes what was taken away there, and nothing else", async () => {
    page = [message(1)];
    await chat.load();
    failing = true;
    await expect(chat.remove(message(1))).rejects.toThrow();
    expect(chat.messages).toHaveLength(1);
    failing = false;
    await chat.remove(message(1));
    expect(chat.messages).toEqual([]);
  });

  it("changes what they said for a minute, and finds again what was begun", async () => {
    const now = new Date().toISOString();
    page = [
      { ...message(1, "teh", "g1"), created_at: now },
      { ...message(2, "x"), created_at: now },
    ];
    await chat.load();
    expect(chat.messages.map((said) => chat.editable(said))).toEqual([true, false]);
    expect(chat.editable({ ...message(1, "teh", "g1"), created_at: "2020-01-01T00:00:00Z" })).toBe(false);
    chat.text = "begun";
    chat.edit(chat.messages[0] ?? null);
    expect(chat.text).toBe("teh");
    chat.text = "the";
    answer = async () => message(1, "the", "g1");
    await chat.saveEdit();
    expect([chat.messages[0]?.data, chat.text, chat.editing]).toEqual(["the", "begun", null]);
    expect(calls).toEqual(["edit m1 the"]);
  });

  it("sees what waits for review, and where it is said once it was shown", async () => {
    answer = async () => ({ ...message(1, "hm", "g1"), state: "held" });
    await chat.send("hm", null);
    chat.receive(message(2));
    chat.drop("m1");
    expect(chat.messages.map(({ state }) => state)).toEqual(["held", "shown"]);
    chat.review("m1", true);
    chat.receive(message(3, "hm", "g1"));
    chat.receive({ ...message(3, "hm", "g1"), id: "m1" });
    expect(chat.messages.map(({ id, state }) => [id, state])).toEqual([
      ["m2", "shown"],
      ["m3", "shown"],
      ["m1", "shown"],
    ]);
  });

  it("keeps an edit that waits for review, though the room hears that it is gone", async () => {
    page = [message(1, "a", "g1")];
    await chat.load();
    chat.edit(chat.messages[0] ?? null);
    chat.text = "b";
    answer = async () => {
      chat.drop("m1");
      return { ...message(1, "b", "g1"), state: "held" };
    };
    await chat.saveEdit();
    chat.drop("m1");
    expect(chat.messages.map(({ data, state }) => [data, state])).toEqual([["b", "held"]]);
  });
});
