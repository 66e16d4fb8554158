import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Realtime, type RealtimeState, type Socket } from "./realtime";
import type { RoomEvent } from "./protocol";

class FakeSocket implements Socket {
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;

  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  receive(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

const subscribed = (seq: number, recovered: boolean) => ({ type: "subscribed", room: "demo", seq, recovered });
const disabled = (seq: number) => ({
  type: "event",
  room: "demo",
  seq,
  event: "product.disabled",
  at: "",
  data: { product_id: seq },
});

let sockets: FakeSocket[];
let events: RoomEvent[];
let states: RealtimeState[];
let reloads: number;
let grants: number;
let failing: boolean;
let anew: boolean[];
let realtime: Realtime;

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("nothing has connected");
  return socket;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  events = [];
  states = [];
  reloads = grants = 0;
  failing = false;
  anew = [];
  realtime = new Realtime({
    room: "demo",
    random: () => 1,
    grant: async (fresh) => {
      grants += 1;
      anew.push(fresh);
      if (failing) throw new Error("no connection");
      return { token: `t${grants}`, url: "ws://gateway/" };
    },
    onEvent: (event) => events.push(event),
    onReload: () => (reloads += 1),
    onState: (state) => states.push(state),
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
  });
});
afterEach(() => {
  realtime.stop();
  vi.useRealTimers();
});

async function connected(seq = 44): Promise<void> {
  realtime.start(null);
  await settle();
  last().onopen?.();
  last().receive(subscribed(seq, false));
}

describe("Realtime", () => {
  it("asks for what followed what was loaded, and loads nothing again", async () => {
    realtime.start(41);
    await settle();
    last().onopen?.();
    expect(last().sent).toEqual([{ type: "subscribe", room: "demo", since: 41 }]);
    last().receive(subscribed(43, true));
    last().receive(disabled(42));
    last().receive(disabled(43));
    expect(events.map(({ seq }) => seq)).toEqual([42, 43]);
    expect(reloads).toBe(0);
  });

  it("loads everything again when what followed is gone", async () => {
    realtime.start(41);
    await settle();
    last().receive(subscribed(3000, false));
    expect(reloads).toBe(1);
    expect(realtime.seq).toBe(3000);
  });

  it("asks for what followed what was loaded anew for somebody else", async () => {
    await connected();
    realtime.restart(60);
    await settle();
    last().onopen?.();
    expect(last().sent).toEqual([{ type: "subscribe", room: "demo", since: 60 }]);
  });

  it("loads everything when nothing was loaded yet", async () => {
    await connected();
    expect(last().url).toBe("ws://gateway/?token=t1");
    expect(last().sent).toEqual([{ type: "subscribe", room: "demo" }]);
    expect(reloads).toBe(1);
    expect(realtime.state).toBe("connected");
  });

  it("asks for what followed the last event after a lost connection, with a fresh token", async () => {
    await connected();
    last().receive(disabled(45));
    last().onclose?.({ code: 1006 });
    expect(realtime.state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    last().onopen?.();
    expect(last().url).toContain("token=t2");
    expect(last().sent).toEqual([{ type: "subscribe", room: "demo", since: 45 }]);
    last().receive(subscribed(47, true));
    last().receive(disabled(46));
    last().receive(disabled(47));
    expect(events.map((event) => event.data)).toEqual([{ product_id: 45 }, { product_id: 46 }, { product_id: 47 }]);
    expect(reloads).toBe(1);
  });

  it("loads everything again when the missed events are gone", async () => {
    await connected(44);
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(500);
    last().onopen?.();
    last().receive(subscribed(3000, false));
    expect(reloads).toBe(2);
    expect(realtime.seq).toBe(3000);
  });

  it("takes the server's count as it is after its log was reset", async () => {
    await connected(44);
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(500);
    last().receive(subscribed(2, false));
    last().receive(disabled(3));
    expect(events).toHaveLength(1);
  });

  it("drops events it has already seen and passes on those without a number", async () => {
    await connected(44);
    last().receive(disabled(44));
    last().receive({ type: "event", room: "demo", event: "viewers.counted", at: "", data: { viewers: 3 } });
    expect(events.map(({ event }) => event)).toEqual(["viewers.counted"]);
    expect(realtime.seq).toBe(44);
  });

  it("waits twice as long after each failure, up to a cap", async () => {
    failing = true;
    realtime.start(null);
    await settle();
    for (const delay of [500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const before = grants;
      await vi.advanceTimersByTimeAsync(delay - 1);
      expect(grants).toBe(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(grants).toBe(before + 1);
    }
    failing = false;
    await vi.advanceTimersByTimeAsync(10_000);
    last().receive(subscribed(1, false));
    expect(realtime.state).toBe("connected");
  });

  it("comes back when a server that restarts says so, and misses nothing", async () => {
    await connected();
    last().receive(disabled(45));
    last().receive({ type: "error", code: 503, message: "The server restarts", after: 7.5 });
    expect(realtime.state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(7_499);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(501);
    last().onopen?.();
    expect(last().sent).toEqual([{ type: "subscribe", room: "demo", since: 45 }]);
    last().receive(subscribed(45, true));
    expect(reloads).toBe(1);
  });

  it.each([-1, 0, "soon", null, 1e9])("waits as usual, or two minutes, where it is told %s", async (after) => {
    await connected();
    last().receive({ type: "error", code: 503, message: "The server restarts", after });
    await vi.advanceTimersByTimeAsync(after === 1e9 ? 120_500 : 500);
    expect(sockets).toHaveLength(2);
  });

  it("gives up a connection that is never answered", async () => {
    realtime.start(null);
    await settle();
    const first = last();
    await vi.advanceTimersByTimeAsync(10_000 + 500);
    expect(first.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  it("keeps asking, slowly, to enter a room that refuses", async () => {
    realtime.start(null);
    await settle();
    last().receive({ type: "error", code: 403, message: "Not allowed" });
    expect(realtime.state).toBe("refused");
    await vi.advanceTimersByTimeAsync(29_000);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets).toHaveLength(2);
  });

  it("loads everything again when access is taken away, and when it is given back", async () => {
    await connected();
    last().receive({ type: "error", code: 403, message: "Not allowed" });
    expect(realtime.state).toBe("refused");
    expect(reloads).toBe(2);
    await vi.advanceTimersByTimeAsync(30_000);
    last().receive(subscribed(60, true));
    expect(reloads).toBe(3);
  });

  it("asks for another token when the gateway refuses this one", async () => {
    await connected();
    last().onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(500);
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(anew).toEqual([false, true, false]);
  });

  it("stays silent once stopped, even when the token arrives late", async () => {
    realtime.start(null);
    realtime.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(0);
    expect(states.at(-1)).toBe("closed");
  });

  it("ignores what is not of the protocol", async () => {
    await connected();
    for (const text of ["not json", "[]", "null", '{"type":"hello"}']) last().receive(text);
    expect(events).toHaveLength(0);
    expect(realtime.state).toBe("connected");
  });
});
