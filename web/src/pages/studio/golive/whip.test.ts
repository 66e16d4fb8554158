import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whipAddress, WhipLine, type Sent } from "./whip";

class FakePeer extends EventTarget {
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  answer = "";
  closed = false;
  sender = {
    transport: Object.assign(new EventTarget(), { state: "new" }),
    parameters: { encodings: [{}] } as Record<string, unknown>,
    track: null as unknown,
    getParameters: () => this.sender.parameters,
    setParameters: (parameters: Record<string, unknown>) => Promise.resolve(void (this.sender.parameters = parameters)),
    replaceTrack: (track: unknown) => Promise.resolve(void (this.sender.track = track)),
  };
  constructor() {
    super();
    peers.push(this);
  }
  addTransceiver(): { sender: FakePeer["sender"] } {
    return { sender: this.sender };
  }
  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: "offer" };
    return Promise.resolve();
  }
  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answer = sdp;
    return Promise.resolve();
  }
  become(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
  close(): void {
    this.closed = true;
  }
}

const track = (width: number, height: number) =>
  ({ getSettings: () => ({ width, height }) }) as unknown as MediaStreamTrack;

let peers: FakePeer[];
let asked: { url: string; method: string; headers: Record<string, string> }[];
let answer: () => Response;
let heard: Record<string, string>[];
let closed: number;
let sent: Sent;
let line: WhipLine;

const peer = (): FakePeer => peers[0]!;
const settle = () => vi.advanceTimersByTimeAsync(0);
const methods = () => asked.map(({ method }) => method);

beforeEach(() => {
  vi.useFakeTimers();
  peers = [];
  asked = [];
  heard = [];
  closed = 0;
  answer = () => new Response("answer", { status: 201, headers: { Location: "/whip/abc" } });
  vi.stubGlobal("RTCPeerConnection", FakePeer);
  vi.stubGlobal("fetch", (url: string, { method, headers }: { method: string; headers: Record<string, string> }) => {
    asked.push({ url, method, headers });
    return Promise.resolve(method === "POST" ? answer() : new Response());
  });
  sent = { picture: track(1280, 720), sound: track(0, 0), onchange: null };
  line = new WhipLine(whipAddress("wss://shop.test/publish"), sent);
  line.onmessage = ({ data }) => heard.push(JSON.parse(data as string) as Record<string, string>);
  line.onclose = () => (closed += 1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function live(): Promise<void> {
  line.send(JSON.stringify({ key: "secret" }));
  await settle();
  peer().become("connected");
}

test("offers with the key in a header, and is live once media can flow", async () => {
  await live();
  expect(asked[0]?.url).toBe("https://shop.test/whip");
  expect(asked[0]?.headers["Authorization"]).toBe("Bearer secret");
  expect(peer().answer).toBe("answer");
  expect(peer().sender.parameters["degradationPreference"]).toBe("maintain-resolution");
  expect(heard).toEqual([{ state: "live", code: "" }]);
});

test("a refusal is passed on in the server's word", async () => {
  answer = () => new Response(JSON.stringify({ error: { reason: "taken" } }), { status: 409 });
  line.send(JSON.stringify({ key: "secret" }));
  await settle();
  expect(heard).toEqual([{ state: "refused", code: "taken" }]);
  expect(closed).toBe(1);
});

test("stopping takes the show back before it says so", async () => {
  await live();
  line.send(JSON.stringify({ stop: true }));
  await settle();
  expect(methods()).toEqual(["POST", "DELETE"]);
  expect(asked[1]?.url).toBe("https://shop.test/whip/abc");
  expect(heard.at(-1)?.["state"]).toBe("stopped");
});

test("what never went live is taken back, and what did is left to come again", async () => {
  line.send(JSON.stringify({ key: "secret" }));
  await settle();
  line.close();
  await settle();
  expect(methods()).toEqual(["POST", "DELETE"]);
  line = new WhipLine("https://shop.test/whip", sent);
  line.send(JSON.stringify({ key: "secret" }));
  await settle();
  peers[1]?.become("connected");
  line.close();
  await settle();
  expect(methods()).toEqual(["POST", "DELETE", "POST"]);
});

test("a line that is lost, or that the server ends, closes; one that is away for a moment does not", async () => {
  await live();
  peer().become("disconnected");
  await vi.advanceTimersByTimeAsync(4000);
  peer().become("connected");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(closed).toBe(0);
  peer().become("disconnected");
  await vi.advanceTimersByTimeAsync(5000);
  expect(closed).toBe(1);
  peer().sender.transport.state = "closed";
  peer().sender.transport.dispatchEvent(new Event("statechange"));
  expect(closed).toBe(2);
});

test("another picture goes on the same line, made no larger than is sent", async () => {
  await live();
  const screen = track(2560, 1440);
  Object.assign(sent, { picture: screen });
  sent.onchange?.(screen);
  await settle();
  expect(peer().sender.track).toBe(screen);
  expect(peer().sender.parameters["encodings"]).toEqual([{ scaleResolutionDownBy: 2 }]);
});
