import { VIDEO_BITS } from "./recorder";
import type { Line } from "./uplink";

/** What is sent; `picture` may change while it is. */
export interface Sent {
  readonly picture: MediaStreamTrack | null;
  readonly sound: MediaStreamTrack;
  onchange: ((picture: MediaStreamTrack | null) => void) | null;
}

const LONG_SIDE = 1280;
/** A line that is away for so long does not come back by itself. */
const AWAY_MS = 5000;

/** Whether this browser sends H.264 by WebRTC, which is what the server takes. */
export const canSend = (): boolean =>
  typeof RTCPeerConnection !== "undefined" &&
  (RTCRtpSender.getCapabilities("video")?.codecs ?? []).some(({ mimeType }) => mimeType.toLowerCase() === "video/h264");

/** Where WHIP is spoken: beside where recordings are taken. */
export const whipAddress = (socket: string): string => socket.replace(/^ws/, "http").replace(/\/publish$/, "/whip");

/** WHIP (RFC 9725) as an uplink's line: it hears and says what the WebSocket would, and media goes its own way. */
export class WhipLine implements Line {
  /** Where a line is slow WebRTC sends less, and nothing waits. */
  readonly bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  readonly #peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  readonly #sender: RTCRtpSender;
  #resource: { url: string; headers: HeadersInit } | null = null;
  #live = false;
  #closed = false;
  #away: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly sent: Sent,
  ) {
    this.#peer.addTransceiver(sent.sound, { direction: "sendonly" });
    this.#sender = this.#peer.addTransceiver(sent.picture ?? "video", {
      direction: "sendonly",
      sendEncodings: [{ maxBitrate: VIDEO_BITS, scaleResolutionDownBy: scale(sent.picture) }],
    }).sender;
    sent.onchange = (picture) => void this.#replace(picture);
    this.#peer.addEventListener("connectionstatechange", () => this.#follow());
    queueMicrotask(() => this.onopen?.());
  }

  send(said: string | Blob): void {
    if (typeof said !== "string") return;
    const { key } = JSON.parse(said) as { key?: string };
    void (key === undefined ? this.#leave() : this.#publish(key));
  }

  /** Without a goodbye. What never went live is taken back, so that the next try finds nobody there. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#away);
    this.sent.onchange = null;
    this.#peer.close();
    if (!this.#live) void this.#delete();
  }

  async #publish(key: string): Promise<void> {
    try {
      await this.#peer.setLocalDescription();
      const headers = { Authorization: `Bearer ${key}` };
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/sdp" },
        body: this.#peer.localDescription?.sdp ?? "",
      });
      if (!answer.ok) {
        this.#say("refused", await reasonOf(answer));
        this.#hangUp();
        return;
      }
      this.#resource = { url: new URL(answer.headers.get("Location") ?? "", this.url).href, headers };
      const sdp = await answer.text();
      if (this.#closed) {
        await this.#delete();
        return;
      }
      await this.#peer.setRemoteDescription({ type: "answer", sdp });
      await this.#keepSize();
      const transport = this.#sender.transport;
      transport?.addEventListener("statechange", () => {
        if (transport.state === "closed" || transport.state === "failed") this.#hangUp(); // the server ended it
      });
    } catch {
      this.#hangUp();
    }
  }

  async #leave(): Promise<void> {
    await this.#delete();
    this.#say("stopped");
  }

  async #delete(): Promise<void> {
    const resource = this.#resource;
    this.#resource = null;
    // Gone already where it fails: the server ends what sends nothing.
    if (resource)
      await fetch(resource.url, { method: "DELETE", headers: resource.headers, keepalive: true }).catch(() => null);
  }

  #follow(): void {
    const state = this.#peer.connectionState;
    clearTimeout(this.#away);
    if (state === "connected" && !this.#live) {
      this.#live = true;
      this.#say("live");
    } else if (state === "disconnected") this.#away = setTimeout(() => this.#hangUp(), AWAY_MS);
    else if (state === "failed") this.#hangUp();
  }

  async #replace(picture: MediaStreamTrack | null): Promise<void> {
    await this.#sender.replaceTrack(picture).catch(() => null);
    await this.#keepSize();
  }

  /** Another size is a break for viewers: a slow line gets fewer pictures, and coarser ones. */
  async #keepSize(): Promise<void> {
    const parameters = this.#sender.getParameters();
    parameters.degradationPreference = "maintain-resolution";
    for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = scale(this.sent.picture);
    await this.#sender.setParameters(parameters).catch(() => null); // not every browser has all of it
  }

  #hangUp(): void {
    if (!this.#closed) this.onclose?.();
  }

  #say(state: string, code = ""): void {
    this.onmessage?.({ data: JSON.stringify({ state, code }) });
  }
}

/** By how much a picture is made smaller: a screen has more than is sent of it. */
function scale(picture: MediaStreamTrack | null): number {
  const { width = 0, height = 0 } = picture?.getSettings() ?? {};
  return Math.max(1, Math.max(width, height) / LONG_SIDE);
}

async function reasonOf(answer: Response): Promise<string> {
  try {
    const { error } = (await answer.json()) as { error: { reason?: string } };
    return error.reason ?? "failed";
  } catch {
    return "failed";
  }
}
