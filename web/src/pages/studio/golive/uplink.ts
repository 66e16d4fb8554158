import { Backoff } from "../../../lib/realtime/backoff";
import type { Recorder } from "./recorder";

export type UplinkState = "connecting" | "live" | "reconnecting" | "over";

/** As much of a WebSocket as is used. */
export interface Line {
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  send(data: string | Blob): void;
  close(): void;
}

export interface UplinkOptions {
  /** Where to send and by which key, asked before each try; null where one may not go live. */
  address(): Promise<{ url: string; key: string } | null>;
  record(onpiece: (piece: Blob) => void, onfailed: () => void): Recorder;
  /** `code` says why it is over: the server's word, or one of `Own`; null where it was stopped. */
  onstate(state: UplinkState, code: string | null): void;
  /** Whether what is recorded leaves this machine too slowly. */
  onbehind(behind: boolean): void;
  /** Bytes a second that are recorded. */
  byteRate: number;
  open?: (url: string) => Line;
  now?: () => number;
  random?: () => number;
}

/** What ends it from this side. */
export type Own = "unreachable" | "unknown_key" | "failed";

/** Why the server ends a connection that may be made again. */
const PASSING: readonly string[] = ["restarting", "unavailable", "silent", "failed"];
const BEHIND_SECONDS = 2;
const SETTLED_SECONDS = 0.5;
/** So much is kept for a line that is slow or dead; then it is begun anew, without it. */
const LOST_SECONDS = 10;
const FIRST_TRIES = 3;
const GIVE_UP_MS = 5 * 60_000;
const FAREWELL_MS = 3000;
const HANDSHAKE_MS = 15_000;

/** Sends what is recorded for as long as the show goes on, by as many connections as that takes. */
export class Uplink {
  #state: UplinkState = "connecting";
  #line: Line | null = null;
  #recorder: Recorder | null = null;
  #behind = false;
  #wasLive = false;
  #lostAt = 0;
  #last: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped: (() => void) | null = null;
  readonly #backoff: Backoff;

  constructor(private readonly options: UplinkOptions) {
    this.#backoff = new Backoff(500, 5000, options.random);
  }

  start(): void {
    this.#lostAt = this.#now();
    this.options.onstate("connecting", null);
    void this.#connect();
  }

  /** Says goodbye: the show is over. */
  async stop(): Promise<void> {
    if (this.#state === "over") return;
    clearTimeout(this.#timer);
    const line = this.#line;
    if (line && this.#state === "live") {
      await this.#recorder?.stop();
      this.#recorder = null;
      const heard = new Promise<void>((resolve) => (this.#stopped = resolve));
      line.send(JSON.stringify({ stop: true }));
      await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))]);
    }
    this.#finish(null);
  }

  async #connect(): Promise<void> {
    let to: { url: string; key: string } | null = null;
    try {
      to = await this.options.address();
    } catch {
      this.#again();
      return;
    }
    if (this.#over) return;
    if (!to) {
      this.#finish("unknown_key");
      return;
    }
    const { url, key } = to;
    const line = (this.options.open ?? openSocket)(url);
    this.#line = line;
    this.#timer = setTimeout(() => this.#drop(line), HANDSHAKE_MS);
    line.onopen = () => line.send(JSON.stringify({ key }));
    line.onmessage = ({ data }) => this.#hear(line, data);
    line.onclose = () => this.#drop(line);
  }

  #hear(line: Line, data: unknown): void {
    const said = spoken(data);
    if (line !== this.#line || !said) return;
    if (said.state === "live") this.#goLive(line);
    else if (said.state === "stopped") this.#stopped?.();
    else {
      const code = said.code ?? "failed";
      // Who was cut off without a goodbye may be there still, in the server's eyes.
      const passing = PASSING.includes(code) || (code === "taken" && this.#wasLive);
      if (passing) this.#last = code;
      else this.#finish(code);
    }
  }

  #goLive(line: Line): void {
    clearTimeout(this.#timer);
    this.#backoff.reset();
    this.#wasLive = true;
    this.#last = null;
    this.#set("live");
    this.#recorder = this.options.record(
      (piece) => this.#send(line, piece),
      () => this.#finish("failed"),
    );
  }

  #send(line: Line, piece: Blob): void {
    if (line !== this.#line) return;
    line.send(piece);
    const seconds = line.bufferedAmount / this.options.byteRate;
    const behind = seconds > (this.#behind ? SETTLED_SECONDS : BEHIND_SECONDS);
    if (behind !== this.#behind) this.options.onbehind((this.#behind = behind));
    if (seconds > LOST_SECONDS) this.#drop(line);
  }

  /** This connection is of no use any more. */
  #drop(line: Line): void {
    if (line !== this.#line) return;
    this.#hangUp();
    if (this.#stopped) this.#stopped();
    else if (!this.#over) {
      if (this.#state === "live") this.#lostAt = this.#now();
      this.#again();
    }
  }

  #again(): void {
    if (this.#over) return;
    const patient = this.#wasLive ? this.#now() - this.#lostAt < GIVE_UP_MS : this.#backoff.attempts < FIRST_TRIES - 1;
    if (!patient) {
      this.#finish(this.#last ?? "unreachable");
      return;
    }
    this.#set(this.#wasLive ? "reconnecting" : "connecting");
    this.#timer = setTimeout(() => void this.#connect(), this.#backoff.next());
  }

  #finish(code: string | null): void {
    if (this.#over) return;
    this.#state = "over";
    this.#hangUp();
    this.options.onstate("over", code);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#line = null;
    line?.close();
    void this.#recorder?.stop();
    this.#recorder = null;
    if (this.#behind) this.options.onbehind((this.#behind = false));
  }

  get #over(): boolean {
    return this.#state === "over";
  }

  #now(): number {
    return (this.options.now ?? Date.now)();
  }

  #set(state: UplinkState): void {
    if (this.#state !== state) this.options.onstate((this.#state = state), null);
  }
}

function openSocket(url: string): Line {
  const socket = new WebSocket(url);
  return socket as unknown as Line;
}

function spoken(data: unknown): { state: string; code?: string } | null {
  if (typeof data !== "string") return null;
  try {
    const said: unknown = JSON.parse(data);
    if (typeof said !== "object" || said === null || !("state" in said) || typeof said.state !== "string") return null;
    const code = "code" in said && typeof said.code === "string" && said.code !== "" ? { code: said.code } : {};
    return { state: said.state, ...code };
  } catch {
    return null;
  }
}
