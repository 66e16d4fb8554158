import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { channel, stream } from "../../../mock/data";
import type { Session } from "../../lib/session/session.svelte";
import { Control } from "./control.svelte";

let answer: (() => void) | undefined;
const coupon = { code: "SAVE", percent: 10, amount: null, currency: null, minimum: null, ends_at: null, left: null };
const started = vi.fn();
const stopped = vi.fn();

vi.mock("../../client/api", () => ({
  accounts: {},
  audience: { details: async () => ({ seq: 4, coupon }) },
  chat: {},
  channels: {
    show: () => new Promise((resolve) => (answer = () => resolve(channel))),
    minutes: async () => ({ seconds: null, grace_seconds: 600, stage: "enough", until: "" }),
  },
  streams: { of: async () => ({ ...stream, is_live: false }) },
  shelf: { list: async () => [] },
}));
vi.mock("../../client/asking", () => ({
  questionDesk: {
    read: async () => ({ data: [], meta: { cursor: null, pinned: null, answering: null, anonymous: false } }),
  },
  pollDesk: { list: async () => ({ items: [], pages: 1 }) },
}));
vi.mock("../../client/media", () => ({ media: { list: async () => [] } }));
vi.mock("../../client/selling", () => ({ deals: {}, sales: { of: async () => null } }));
vi.mock("../../client/simulcast", () => ({ simulcast: { show: async () => ({ enabled: true, targets: [] }) } }));
vi.mock("../../lib/realtime/realtime", () => ({
  Realtime: class {
    start = started;
    stop = stopped;
  },
}));

const session = { user: null, signedIn: true } as unknown as Session;

beforeEach(() => void vi.stubGlobal("window", { localStorage: { getItem: () => null } }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

it("enters the room once its channel is loaded, and leaves it with the page", async () => {
  const control = new Control("c", session);
  const twice = [control.start()];
  answer?.();
  twice.push(control.start());
  answer?.();
  await Promise.all(twice);
  expect(started).toHaveBeenCalledTimes(1);
  control.stop();
  expect(stopped).toHaveBeenCalledTimes(1);
});

it("stays out of the room of a page that was left before it was loaded", async () => {
  const control = new Control("c", session);
  const loaded = control.start();
  control.stop();
  answer?.();
  await loaded;
  expect(started).not.toHaveBeenCalled();
  expect(control.chat).toBeNull();
});

it("knows which coupon is pinned from the first, and unpins no other", async () => {
  const control = new Control("c", session);
  const loaded = control.start();
  answer?.();
  await loaded;
  expect(control.coupon).toBe("SAVE");
  control.couponPinned({ coupon: { ...coupon, code: "MORE" } }, 6);
  control.couponUnpinned({ code: "SAVE" }, 7);
  expect(control.coupon).toBe("MORE");
  const again = control.reload();
  answer?.();
  await again;
  expect(control.coupon).toBe("MORE");
  control.couponUnpinned({ code: "MORE" }, 8);
  expect(control.coupon).toBeNull();
});
