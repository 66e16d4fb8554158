import type { RealtimeGrant } from "../../client/types";
import { Backoff } from "./backoff";
import { parseFrame, type Frame, type RoomEvent } from "./protocol";

export type RealtimeState = "connecting" | "connected" | "waiting" | "refused" | "closed";

/** The part of WebSocket that is used, so that tests can stand in for it. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
}

export interface RealtimeOptions {
  room: string;
  /** A token and where to connect; asked again before each connection. `anew` when the last token was refused. */
  grant(anew: boolean): Promise<Pick<RealtimeGrant, "token" | "url">>;
  onEvent(event: RoomEvent): void;
  /** Events were missed and cannot be had again, or what was loaded is of no known `seq`: load everything. */
  onReload(): void;
  onState?(state: RealtimeState): void;
  open?(url: string): Socket;
  random?(): number;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** A connection that has not been answered by then is given up. */
const ANSWER_MS = 10_000;
/** How soon to ask again to enter a room that refused us; a host may open it any time. */
const REFUSED_DELAY_MS = 30_000;
/** The gateway closes with it when it does not take the token. */
const UNAUTHENTICATED = 4401;

/**
 * One room's events, in order and without gaps, over as many connections as it takes.
 *
 * Every event raises `seq`; the server is asked for what followed what was loaded or, after a lost connection, the last
 * one seen.
 */
export class Realtime {
  #socket: Socket | null = null;
  #seq: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: RealtimeState = "closed";
  #generation = 0;
  #anew = false;
  readonly #backoff: Backoff;

  constructor(private readonly options: RealtimeOptions) {
    this.#backoff = new Backoff(FIRST_DELAY_MS, LONGEST_DELAY_MS, options.random);
  }

  get state(): RealtimeState {
    return this.#state;
  }

  get seq(): number | null {
    return this.#seq;
  }

  /** `since` is the newest event that what was loaded knows of; null where nothing was. */
  start(since: number | null): void {
    if (this.#state !== "closed") return;
    this.#seq = since;
    void this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#enter("closed");
  }

  /**
   * Connects again at once: the network is back, or somebody else is signed in now. `since` where everything was loaded
   * anew, else what follows the last event seen is asked for.
   */
  restart(since: number | null = this.#seq): void {
    if (this.#state === "closed") return;
    this.#seq = since;
    this.#backoff.reset();
    void this.#connect();
  }

  #enter(state: RealtimeState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.options.onState?.(state);
  }

  #drop(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onclose = socket.onmessage = null;
      socket.close();
    }
  }

  #retry(state: "waiting" | "refused", delay = this.#backoff.next()): void {
    this.#drop();
    this.#enter(state);
    this.#timer = setTimeout(() => void this.#connect(), delay);
  }

  async #connect(): Promise<void> {
    this.#drop();
    const generation = this.#generation;
    if (this.#state !== "waiting" && this.#state !== "refused") this.#enter("connecting");
    let grant: Pick<RealtimeGrant, "token" | "url">;
    try {
      grant = await this.options.grant(this.#anew);
      this.#anew = false;
    } catch {
      if (generation === this.#generation) this.#retry("waiting");
      return;
    }
    if (generation !== this.#generation) return;
    const open = this.options.open ?? ((url: string): Socket => new WebSocket(url) as Socket);
    const url = `${grant.url}${grant.url.includes("?") ? "&" : "?"}token=${encodeURIComponent(grant.token)}`;
    let socket: Socket;
    try {
      socket = open(url);
    } catch {
      this.#retry("waiting");
      return;
    }
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#retry("waiting"), ANSWER_MS);
    socket.onopen = () => {
      const since = this.#seq === null ? {} : { since: this.#seq };
      socket.send(JSON.stringify({ type: "subscribe", room: this.options.room, ...since }));
    };
    socket.onclose = ({ code }) => {
      this.#anew = code === UNAUTHENTICATED;
      this.#retry("waiting");
    };
    socket.onmessage = ({ data }) => {
      const frame = parseFrame(data);
      if (frame) this.#take(frame);
    };
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case "subscribed": {
        clearTimeout(this.#timer);
        this.#backoff.reset();
        this.#enter("connected");
        const kept = this.#seq !== null && frame.recovered;
        if (!kept) {
          this.#seq = frame.seq;
          this.options.onReload();
        }
        return;
      }
      case "event": {
        if (typeof frame.seq === "number") {
          if (this.#seq !== null && frame.seq <= this.#seq) return;
          this.#seq = frame.seq;
        }
        const { event, seq = null, data, at } = frame;
        this.options.onEvent({ event, seq, data, at } as RoomEvent);
        return;
      }
      case "error": {
        const lost = this.#state === "connected";
        if (frame.code === 403 || frame.code === 404) {
          this.#retry("refused", REFUSED_DELAY_MS);
          // Once let in, there is more to load than what happened meanwhile.
          this.#seq = null;
          // Access was taken away: what is on the page may not be shown any more.
          if (lost) this.options.onReload();
        } else if (typeof frame.after === "number" && frame.after > 0) {
          this.#retry("waiting", this.#backoff.told(frame.after));
        } else this.#retry("waiting");
        return;
      }
    }
  }
}
