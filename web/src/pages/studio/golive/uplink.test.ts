import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Uplink, type Line, type UplinkState } from "./uplink";

class FakeLine implements Line {
  bufferedAmount = 0;
  sent: (string | Blob)[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  constructor(readonly url: string) {}
  send(data: string | Blob): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
  say(state: string, code = ""): void {
    this.onmessage?.({ data: JSON.stringify({ state, code, words: "" }) });
  }
  goLive(): void {
    this.onopen?.();
    this.say("live");
  }
}

const PIECE = new Blob(["piece"]);
const RATE = 1000;

let lines: FakeLine[];
let recorders: { onpiece: (piece: Blob) => void; stopped: boolean; onfailed: () => void }[];
let states: [UplinkState, string | null][];
let behind: boolean[];
let address: { url: string; key: string } | null | "down";
let uplink: Uplink;

const line = (): FakeLine => lines.at(-1)!;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  recorders = [];
  states = [];
  behind = [];
  address = { url: "ws://shop.test/publish", key: "secret" };
  uplink = new Uplink({
    address: () => (address === "down" ? Promise.reject(new Error("down")) : Promise.resolve(address)),
    record: (onpiece, onfailed) => {
      const recorder = { onpiece, onfailed, stopped: false };
      recorders.push(recorder);
      return {
        stop: () => {
          if (!recorder.stopped) onpiece(new Blob(["last"]));
          recorder.stopped = true;
          return Promise.resolve();
        },
      };
    },
    onstate: (state, code) => states.push([state, code]),
    onbehind: (is) => behind.push(is),
    byteRate: RATE,
    open: (url) => {
      lines.push(new FakeLine(url));
      return line();
    },
    random: () => 1,
  });
});
afterEach(() => vi.useRealTimers());

async function live(): Promise<void> {
  uplink.start();
  await settle();
  line().goLive();
}

test("shows the key in a message, never in the address, and records once it may send", async () => {
  uplink.start();
  await settle();
  expect(line().url).toBe("ws://shop.test/publish");
  line().onopen?.();
  expect(line().sent).toEqual([JSON.stringify({ key: "secret" })]);
  expect(recorders).toHaveLength(0);
  line().say("live");
  recorders[0]?.onpiece(PIECE);
  expect(line().sent[1]).toBe(PIECE);
  expect(states).toEqual([
    ["connecting", null],
    ["live", null],
  ]);
});

test("a broken connection is made again, with a recording that begins anew", async () => {
  await live();
  line().onclose?.();
  expect(recorders[0]?.stopped).toBe(true);
  expect(states.at(-1)).toEqual(["reconnecting", null]);
  await vi.advanceTimersByTimeAsync(500);
  expect(lines).toHaveLength(2);
  line().goLive();
  expect(recorders).toHaveLength(2);
  expect(states.at(-1)).toEqual(["live", null]);
  recorders[0]?.onpiece(PIECE); // of the one before
  expect(line().sent).toHaveLength(1);
});

test("the server's own restart, and a seat not free yet, are waited for", async () => {
  await live();
  line().say("ended", "restarting");
  line().onclose?.();
  await vi.advanceTimersByTimeAsync(500);
  line().onopen?.();
  line().say("refused", "taken");
  line().onclose?.();
  expect(states.at(-1)).toEqual(["reconnecting", null]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(lines).toHaveLength(3);
});

test.each(["taken", "no_minutes", "unreadable", "ended", "stopped"])(
  "%s at the beginning is the end, and says so",
  async (code) => {
    uplink.start();
    await settle();
    line().onopen?.();
    line().say("refused", code);
    expect(states.at(-1)).toEqual(["over", code]);
    line().onclose?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toHaveLength(1);
  },
);

test("where nobody ever answers it gives up soon", async () => {
  address = "down";
  uplink.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(states.at(-1)).toEqual(["over", "unreachable"]);
  expect(lines).toHaveLength(0);
});

test("a show that was live is tried for five minutes", async () => {
  await live();
  address = "down";
  line().onclose?.();
  await vi.advanceTimersByTimeAsync(4 * 60_000);
  expect(states.at(-1)?.[0]).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  expect(states.at(-1)).toEqual(["over", "unreachable"]);
});

test("who may not go live is told", async () => {
  address = null;
  uplink.start();
  await settle();
  expect(states.at(-1)).toEqual(["over", "unknown_key"]);
});

test("a slow line is told of, and one that is stuck is left with what waits in it", async () => {
  await live();
  const first = line();
  first.bufferedAmount = 2.5 * RATE;
  recorders[0]?.onpiece(PIECE);
  expect(behind).toEqual([true]);
  first.bufferedAmount = 1 * RATE; // still more than where it began to be well
  recorders[0]?.onpiece(PIECE);
  expect(behind).toEqual([true]);
  first.bufferedAmount = 0;
  recorders[0]?.onpiece(PIECE);
  expect(behind).toEqual([true, false]);
  first.bufferedAmount = 11 * RATE;
  recorders[0]?.onpiece(PIECE);
  expect(first.closed).toBe(true);
  expect(behind).toEqual([true, false, true, false]);
  await vi.advanceTimersByTimeAsync(500);
  expect(lines).toHaveLength(2);
});

test("stopping sends the rest, says goodbye and waits for the answer", async () => {
  await live();
  const stopped = uplink.stop();
  await settle();
  expect(line().sent.slice(-2)).toEqual([new Blob(["last"]), JSON.stringify({ stop: true })]);
  expect(states.at(-1)?.[0]).toBe("live");
  line().say("stopped");
  await stopped;
  expect(line().closed).toBe(true);
  expect(states.at(-1)).toEqual(["over", null]);
});

test("stopping does not wait for ever, nor for a connection that is not there", async () => {
  await live();
  const silent = uplink.stop();
  await vi.advanceTimersByTimeAsync(3000);
  await silent;
  expect(states.at(-1)).toEqual(["over", null]);
});

test("a recorder that fails ends it", async () => {
  await live();
  recorders[0]?.onfailed();
  expect(states.at(-1)).toEqual(["over", "failed"]);
});
