import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { message, playback, product, thread } from "../../../mock/data";
import { ApiError } from "../../client/error";
import type { RoomEvents } from "../../client/events";
import type { Message, Playback, Product } from "../../client/types";
import type { Frame } from "../../lib/realtime/protocol";
import type { Socket } from "../../lib/realtime/realtime";
import type { Session } from "../../lib/session/session.svelte";
import { Show } from "./show.svelte";

class FakeSocket implements Socket {
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;

  constructor() {
    socket = this;
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {}
  receive(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const lamp = product(1, "Reed lantern", 96, "https://shop.example/1", "");
const shade = product(2, "Linen shade", 40, "https://shop.example/2", "");

/** What the server answers, and what it was asked. */
let answers: (Playback | ApiError)[];
let products: Product[];
let said: Message[];
let asked: string[];
let socket: FakeSocket;
let show: Show;
let page: EventTarget & { hidden: boolean };

vi.mock("../../client/api", () => ({
  audience: {
    details: async () => {
      asked.push("details");
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined || answer instanceof ApiError) throw answer;
      return answer;
    },
    products: async () => {
      asked.push("products");
      return products;
    },
    heartbeat: async () => ({ viewers: 3 }),
  },
  accounts: {
    realtime: async () => ({
      token: "t",
      url: "ws://gateway/",
      expires_in: 900,
      identity: { id: "g1", name: null, guest: true },
    }),
  },
}));

vi.mock("../../client/chat", () => ({
  chat: {
    read: async () => {
      asked.push("chat");
      return thread(said);
    },
  },
}));

const at = "2026-01-01T12:00:00Z";

/** The details, with or without a show, as of event `seq`. */
function details(seq: number, is_live: boolean): Playback {
  const known = playback();
  return { ...known, seq, slug: "lamps", stream: { data: { ...known.stream.data, is_live } } };
}

function tell<Name extends keyof RoomEvents>(event: Name, data: RoomEvents[Name], seq?: number): void {
  socket.receive({ type: "event", room: "lamps", event, at, data, ...(seq === undefined ? {} : { seq }) });
}

const subscribed = (seq: number, recovered = true) =>
  socket.receive({ type: "subscribed", room: "lamps", seq, recovered });

const times = (what: string) => asked.filter((each) => each === what).length;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Opens the page with these answers, and has the room let it in at event `seq`. */
async function open(...first: typeof answers): Promise<void> {
  answers = first;
  show = new Show("lamps", { user: null, signedIn: false } as Session);
  await show.start();
  await pass(0);
  socket.onopen?.();
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-01-01T12:00:00Z") });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const kept = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal("localStorage", localStorage);
  vi.stubGlobal("window", Object.assign(new EventTarget(), { localStorage, location: { href: "https://shop.test/" } }));
  vi.stubGlobal("document", page);
  vi.stubGlobal("WebSocket", FakeSocket);
  products = [lamp];
  said = [];
  asked = [];
});

afterEach(() => {
  show.stop();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("opening", () => {
  it("asks for everything once and hears what followed the details", async () => {
    await open(details(40, true));
    expect(socket.sent).toEqual([{ type: "subscribe", room: "lamps", since: 40 }]);
    subscribed(40);
    await pass(1000);
    expect(asked.toSorted()).toEqual(["chat", "details", "products"]);
    expect(show.phase).toBe("live");
  });

  it("applies once what happened between the answer and the subscription", async () => {
    products = [lamp, shade];
    said = [message("Priya", "Does it dim?", "m1")];
    await open(details(40, true));
    subscribed(43);
    tell("product.enabled", { product: shade }, 41);
    for (const each of said) tell("message.created", { ...each, seq: 42 } as RoomEvents["message.created"], 42);
    tell("product.promoted", { product: { ...shade, bumped: true }, at, size: "large" }, 43);
    await pass(1000);
    expect(show.shelf.products.map(({ id, bumped }) => [id, bumped])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(show.chat?.messages.map(({ id }) => id)).toEqual(["m1"]);
    expect(times("details")).toBe(1);
  });

  it("goes on trying while the server is away", async () => {
    const away = new ApiError(503, "", "");
    await open(away, away, details(40, false));
    expect(show.phase).toBe("unreachable");
    await pass(2000);
    expect(show.phase).toBe("upcoming");
    expect(times("details")).toBe(3);
  });

  it("leaves the shelf of a closed shop until it opens", async () => {
    await open({ ...details(40, true), shop_enabled: false }, details(41, true));
    subscribed(40);
    expect(times("products")).toBe(0);
    tell("channel.updated", {}, 41);
    await pass(1000);
    expect(show.shelf.products).toEqual([lamp]);
    expect(times("chat")).toBe(1);
  });
});

describe("a show that starts", () => {
  it("is asked for once, in this page's turn", async () => {
    await open(details(40, false), details(42, true));
    subscribed(40);
    tell("channel.updated", {}, 41);
    tell("stream.started", { session_id: "s1" }, 42);
    await pass(499);
    expect(times("details")).toBe(1);
    await pass(1);
    expect(show.phase).toBe("live");
    await pass(60_000);
    expect(times("details")).toBe(2);
    expect(times("products")).toBe(1);
  });

  it("is asked for until the answer knows of it, ever more slowly", async () => {
    await open(details(40, false), details(40, false), details(40, false), details(41, true));
    subscribed(40);
    tell("stream.started", { session_id: "s1" }, 41);
    await pass(500);
    expect([show.phase, times("details")]).toEqual(["upcoming", 2]);
    await pass(375);
    expect([show.phase, times("details")]).toEqual(["upcoming", 3]);
    await pass(749);
    expect(times("details")).toBe(3);
    await pass(1);
    expect([show.phase, times("details")]).toEqual(["live", 4]);
    await pass(60_000);
    expect(times("details")).toBe(4);
  });

  it("is not asked for where the details know of it", async () => {
    await open(details(40, false), details(42, true));
    subscribed(40);
    await show.reload();
    tell("channel.updated", {}, 41);
    tell("stream.started", { session_id: "s1" }, 42);
    await pass(60_000);
    expect(times("details")).toBe(2);
  });

  it("waits on a page nobody looks at, until somebody does", async () => {
    await open(details(40, false), details(41, true));
    subscribed(40);
    page.hidden = true;
    tell("stream.started", { session_id: "s1" }, 41);
    await pass(4999);
    expect(show.phase).toBe("upcoming");
    page.hidden = false;
    page.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(show.phase).toBe("live");
    await pass(60_000);
    expect(times("details")).toBe(2);
  });
});

it("asks for a changed channel the sooner the fewer watch", async () => {
  await open(details(40, true));
  subscribed(40);
  tell("viewers.counted", { viewers: 10 });
  answers = [details(41, true)];
  tell("channel.updated", {}, 41);
  await pass(5);
  expect(times("details")).toBe(2);
  tell("viewers.counted", { viewers: 30_000 });
  answers = [details(42, true)];
  tell("channel.updated", {}, 42);
  await pass(999);
  expect(times("details")).toBe(2);
  await pass(1);
  expect(times("details")).toBe(3);
});

it("asks nothing when the last frame of a show is seen that the room called over", async () => {
  await open(details(40, true));
  subscribed(40);
  show.player.status = "playing";
  tell("stream.ended", { session_id: "s1" }, 41);
  expect(show.phase).toBe("live");
  show.player.status = "reconnecting";
  show.player.retryNow();
  await pass(0);
  expect(show.phase).toBe("ended");
  expect(times("details")).toBe(1);
});

it("is not brought back to a show that is over by an answer from before", async () => {
  await open(details(40, true));
  subscribed(40);
  tell("stream.ended", { session_id: "s1" }, 41);
  expect(show.phase).toBe("ended");
  await show.reload();
  expect(show.phase).toBe("ended");
  answers = [details(41, false)];
  await pass(1000);
  expect(show.details?.seq).toBe(41);
});

it("loads everything again where what was missed is gone, even from a log that counts anew", async () => {
  await open(details(40, false));
  subscribed(40);
  tell("stream.started", { session_id: "s1" }, 41);
  asked = [];
  products = [shade];
  said = [message("June", "Hello", "m9")];
  answers = [details(3, true)];
  subscribed(3, false);
  await pass(60_000);
  expect(asked.toSorted()).toEqual(["chat", "details", "products"]);
  expect(show.phase).toBe("live");
  expect(show.shelf.products).toEqual([shade]);
  expect(show.chat?.messages.map(({ id }) => id)).toEqual(["m9"]);
});

it("asks for the picture at this page's turn once it comes again, and not before", async () => {
  await open(details(40, true));
  subscribed(40);
  const retry = vi.spyOn(show.player, "retryNow");
  tell("viewers.counted", { viewers: 1000 });
  tell("stream.interrupted", { session_id: "s1", until: at }, 41);
  tell("stream.resumed", { session_id: "s1" }, 42);
  expect(show.interrupted).toBeNull();
  await pass(499);
  expect(retry).not.toHaveBeenCalled();
  await pass(1);
  expect(retry).toHaveBeenCalledOnce();
});

describe("a pinned coupon", () => {
  const coupon = { code: "SAVE", percent: 10, amount: null, currency: null, minimum: null, ends_at: null, left: null };

  it("stays where an answer comes that does not know of it, and goes when it is unpinned", async () => {
    await open(details(40, true));
    subscribed(40);
    tell("coupon.pinned", { coupon }, 41);
    tell("coupon.unpinned", { code: "SAVE" }, 39);
    await show.reload();
    expect(show.coupon?.code).toBe("SAVE");
    tell("coupon.unpinned", { code: "SAVE" }, 42);
    expect(show.coupon).toBeNull();
    // The room of one who was away tells again what the details know already.
    answers = [details(43, true)];
    await show.reload();
    tell("coupon.pinned", { coupon }, 43);
    expect(show.coupon).toBeNull();
  });
});
