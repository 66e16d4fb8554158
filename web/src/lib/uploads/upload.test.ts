import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../client/error";
import { leftInWords } from "./left";
import { shortName, typeOf } from "./file";
import { Speed } from "./speed";
import { startUpload, type Progress } from "./upload";

const MIB = 1024 * 1024;
const SIZE = 20 * MIB;

const { api } = vi.hoisted(() => ({ api: { begin: vi.fn(), progress: vi.fn() } }));
vi.mock("../../client/uploads", () => ({ uploads: api }));

/** A server that keeps as much of each upload as came; `refuse` answers a request instead, 0 by cutting it. */
class Server implements HttpStack {
  here: Record<string, number> = {};
  asked: string[] = [];
  refuse: (method: string) => number | null = () => null;

  /** What keeps it from taking more than the first chunk. */
  gate: Promise<void> | null = null;

  getName = () => "server";

  createRequest(method: string, url: string): HttpRequest {
    const headers: Record<string, string> = {};
    let aborted = false;
    return {
      getMethod: () => method,
      getURL: () => url,
      setHeader: (name, value) => void (headers[name] = value),
      getHeader: (name) => headers[name],
      setProgressHandler: () => undefined,
      abort: async () => void (aborted = true),
      getUnderlyingObject: () => null,
      send: async (body: Blob | null) => {
        if (method === "PATCH" && headers["Upload-Offset"] !== "0") await this.gate;
        if (aborted) throw new Error("aborted");
        return this.#answer(method, url, headers, body);
      },
    };
  }

  async #answer(method: string, url: string, headers: Record<string, string>, body: Blob | null) {
    this.asked.push(method);
    const status = this.refuse(method);
    if (status === 0) throw new Error("cut");
    if (status !== null) return answer(status, { error: { message: "The server's disk is full." } });
    const here = this.here[url];
    if (here === undefined) return answer(404, null);
    if (method === "DELETE") delete this.here[url];
    if (method === "PATCH") {
      if (Number(headers["Upload-Offset"]) !== here) return answer(409, null, here);
      this.here[url] = here + (body?.size ?? 0);
    }
    return answer(method === "HEAD" ? 200 : 204, null, this.here[url]);
  }
}

function answer(status: number, body: unknown, offset?: number): HttpResponse {
  const headers: Record<string, string> = { "Upload-Length": String(SIZE), "Upload-Offset": String(offset ?? "") };
  return {
    getStatus: () => status,
    getHeader: (name) => headers[name],
    getBody: () => JSON.stringify(body),
    getUnderlyingObject: () => null,
  };
}

const file = (name = "show.mp4") => new File([new Uint8Array(SIZE)], name, { type: "video/mp4", lastModified: 7 });
const urlOf = (media: string) => `http://shop.test/uploads/${media}`;

let server: Server;
let told: Progress[];
const start = (of = file()) => startUpload(of, "channel", (each) => told.push(each), { now: Date.now, stack: server });
/** One of which the first chunk is there. */
async function halfway() {
  let open: () => void = () => undefined;
  server.gate = new Promise((resolve) => (open = resolve));
  const sending = start();
  await vi.waitFor(() => expect(told.at(-1)?.here).toBe(8 * MIB));
  return {
    sending,
    open: () => {
      server.gate = null;
      open();
    },
  };
}
const reached = (phase: string) => vi.waitFor(() => expect(told.at(-1)?.phase).toBe(phase), { timeout: 5000 });

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  server = new Server();
  told = [];
  let videos = 0;
  api.begin.mockReset().mockImplementation(async () => {
    const id = `video${++videos}`;
    server.here[urlOf(id)] = 0;
    return { id, upload: { url: urlOf(id) } };
  });
  api.progress.mockReset().mockImplementation(async (id: string) => {
    const offset = server.here[urlOf(id)];
    if (offset === undefined) throw new ApiError(404, "Not found", "gone");
    return { offset, length: SIZE, url: urlOf(id), expires_at: "" };
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("an upload", () => {
  it("goes in chunks, and only what the server has said is there counts", async () => {
    start();
    await reached("sent");
    expect(api.begin).toHaveBeenCalledWith("channel", { extension: "video/mp4", filename: "show.mp4", size: SIZE });
    expect(server.here[urlOf("video1")]).toBe(SIZE);
    const here = [...new Set(told.map((each) => each.here))];
    expect(here).toEqual([0, 8 * MIB, 16 * MIB, SIZE]);
  });

  it("goes on by itself where a request is cut, or the server is busy or held by a connection that is gone", async () => {
    const troubles = [0, 503, 423];
    server.refuse = (method) => (method === "PATCH" ? (troubles.shift() ?? null) : null);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    start();
    while (told.at(-1)?.phase !== "sent") await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(told.some((each) => each.phase === "stalled")).toBe(true);
    expect(server.here[urlOf("video1")]).toBe(SIZE);
    expect(api.begin).toHaveBeenCalledTimes(1);
  });

  it("is not begun anew where the server fails to say how far it is", async () => {
    // tus/tus-js-client#895: a HEAD answered with 5xx made a new upload from the first byte.
    const troubles = ["HEAD", "PATCH", "HEAD"];
    server.refuse = (method) => (method === troubles[0] ? (troubles.shift(), 502) : null);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    start();
    while (told.at(-1)?.phase !== "sent") await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(server.asked).not.toContain("POST");
    expect(api.begin).toHaveBeenCalledTimes(1);
  });

  it("says in words why it cannot go on, and goes on when it is told to", async () => {
    server.refuse = (method) => (method === "PATCH" && server.here[urlOf("video1")] === 8 * MIB ? 507 : null);
    const sending = start();
    await reached("failed");
    expect(told.at(-1)?.problem).toBeTruthy();
    server.refuse = () => null;
    sending.resume();
    await reached("sent");
    expect(api.begin).toHaveBeenCalledTimes(1);
  });

  it("is paused, and goes on where it stands", async () => {
    const { sending, open } = await halfway();
    sending.pause();
    await reached("paused");
    open();
    sending.resume();
    await reached("sent");
    expect(server.here[urlOf("video1")]).toBe(SIZE);
  });

  it("goes on after the page was loaded again", async () => {
    const before = await halfway();
    before.sending.pause();
    before.open();
    told = [];
    start();
    await reached("sent");
    expect(api.begin).toHaveBeenCalledTimes(1);
    expect(told.find((each) => each.media)?.here).toBeGreaterThanOrEqual(8 * MIB);
  });

  it("begins anew where the server has let go of it", async () => {
    start().pause();
    await vi.waitFor(() => expect(api.begin).toHaveBeenCalledTimes(1));
    await new Promise(process.nextTick);
    delete server.here[urlOf("video1")];
    start();
    await reached("sent");
    expect(api.begin).toHaveBeenCalledTimes(2);
  });

  it("is deleted where it is cancelled", async () => {
    const { sending, open } = await halfway();
    await sending.cancel();
    open();
    expect(server.here).toEqual({});
    expect(told.at(-1)?.phase).toBe("cancelled");
  });

  it("is refused in the API's words", async () => {
    api.begin.mockRejectedValue(new ApiError(402, "Plan", "No room is left."));
    start();
    await reached("failed");
    expect(told.at(-1)?.problem).toBe("No room is left.");
  });
});

it("tells speed by what came in the last seconds", () => {
  const speed = new Speed();
  expect(speed.value).toBeNull();
  for (let second = 0; second <= 60; second += 1) speed.hear(second < 30 ? 0 : (second - 30) * 1000, second * 1000);
  expect(speed.value).toBeCloseTo(1000, -1);
});

it("knows videos by their names where the system tells no type", () => {
  expect(typeOf({ name: "Show.MKV", type: "" })).toBe("video/x-matroska");
  expect(typeOf({ name: "show", type: "video/webm" })).toBe("video/webm");
  expect(typeOf({ name: "list.m3u8", type: "application/vnd.apple.mpegurl" })).toBeNull();
  expect(shortName(`${"x".repeat(300)}.mp4`)).toMatch(/^x{196}\.mp4$/);
});

it("says how long it takes no more exactly than it knows", () => {
  expect([leftInWords(0.2, "en"), leftInWords(100, "en"), leftInWords(7300, "en")]).toEqual([
    "1 second",
    "2 minutes",
    "2 hours",
  ]);
});
