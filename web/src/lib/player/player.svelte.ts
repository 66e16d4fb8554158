import { Backoff } from "../realtime/backoff";
import { isBehind, livePosition } from "./edge";
import { openEngine, Unsupported, type Engine, type Trouble } from "./engine";

export type PlayerStatus =
  "idle" | "loading" | "playing" | "paused" | "stalled" | "ended" | "reconnecting" | "failed" | "unsupported";

export interface PlayerOptions {
  /** Asks the API where the show plays now; null when it is over or not on. Rejects when the API is out of reach. */
  source(): Promise<string | null>;
  open?: typeof openEngine;
  random?: () => number;
}

const FIRST_DELAY_MS = 800;
const LONGEST_DELAY_MS = 15_000;
/** After so many tries in a row the viewer is offered the button; trying goes on. */
const PATIENCE = 5;
/** Waiting for data that long means the stream is gone rather than slow. */
const STALL_MS = 8000;
/** How often, at most, a show that this browser cannot play is looked at again: its format may change. */
const RECHECK_MS = 15_000;
const STORED_VOLUME = "storecast.volume";

/** Plays an address, live if not told otherwise, in a video element and gets back to it by itself when anything on the way breaks. */
export class Player {
  status = $state<PlayerStatus>("idle");
  muted = $state(true);
  volume = $state(1);
  behind = $state(false);
  latency = $state(Number.NaN);
  /** Where the status is `unsupported`: the codecs that cannot be played; null where HLS cannot. */
  refusedCodecs = $state.raw<readonly string[] | null>(null);
  /** The browser lets nothing play before a tap. */
  blocked = $state(false);
  /** Whether the viewer chose to pause; only then does it stay paused. */
  wantsPause = $state(false);

  protected video: HTMLVideoElement | null = null;
  /** What there is to choose from, and what was chosen: pixels of the shorter side. Null is what fits the network. */
  qualities = $state.raw<readonly number[]>([]);
  quality = $state<number | null>(null);

  protected engine: Engine | null = null;
  #url: string | null = null;
  #generation = 0;
  #moment: number | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stall: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #listening = new AbortController();
  readonly #backoff: Backoff;

  constructor(protected readonly options: PlayerOptions) {
    this.#backoff = new Backoff(FIRST_DELAY_MS, LONGEST_DELAY_MS, options.random);
    this.volume = storedVolume();
  }

  get live(): boolean {
    return this.engine?.live ?? true;
  }

  /**
   * Programme time of the frame on screen, ms since the epoch; of the last one while the picture is away for a moment, and
   * before all time while the first is on its way. Null where there is no picture to follow.
   */
  get moment(): number | null {
    if (this.engine?.playing) this.#moment = this.engine.playing.getTime();
    if (this.#moment !== null || this.status !== "loading") return this.#moment;
    return Number.NEGATIVE_INFINITY;
  }

  /** Takes a video element; answers the function that lets it go. */
  attach(video: HTMLVideoElement): () => void {
    this.video = video;
    this.#listening = new AbortController();
    const on = (name: keyof HTMLVideoElementEventMap, listener: () => void) =>
      video.addEventListener(name, listener, { signal: this.#listening.signal });
    video.muted = this.muted;
    video.volume = this.volume;
    on("playing", () => this.#plays());
    on("waiting", () => this.#waits());
    on("stalled", () => this.#waits());
    on("pause", () => {
      if (this.status === "playing" || this.status === "stalled") this.status = "paused";
    });
    on("ended", () => this.over());
    on("volumechange", () => {
      this.muted = video.muted;
      this.volume = video.volume;
    });
    const { signal } = this.#listening;
    window.addEventListener("online", () => this.retryNow(), { signal });
    // Phones pause the video of a page put away; its viewer did not ask for that.
    window.addEventListener("visibilitychange", () => this.comeBack(), { signal, capture: true });
    this.#watch = setInterval(() => this.#measure(), 500);
    this.listen(video, signal);
    if (this.#url) void this.#open();
    return () => {
      this.#close();
      this.#listening.abort();
      clearInterval(this.#watch);
      this.video = null;
    };
  }

  setQuality(quality: number | null): void {
    this.quality = quality;
    this.engine?.choose(quality);
  }

  /** In a recording some keys lead elsewhere. Answers whether this was one of them. */
  leap(_key: string): boolean {
    return false;
  }

  /** Plays from this address on; the same address again changes nothing. */
  load(url: string | null): void {
    if (url === this.#url) return;
    this.#url = url;
    this.#backoff.reset();
    if (url === null) {
      this.#close();
      this.#moment = null;
      this.qualities = [];
      this.status = "idle";
    } else if (this.video) void this.#open();
  }

  /** Play or pause, as a key or the button asks. */
  toggle(): void {
    if (this.video?.paused === false) this.pause();
    else void this.play();
  }

  pause(): void {
    this.wantsPause = true;
    this.video?.pause();
    this.status = "paused";
  }

  async play(): Promise<void> {
    const video = this.video;
    if (!video) return;
    this.wantsPause = false;
    this.blocked = false;
    try {
      await video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      if (video.muted) this.blocked = true;
      else {
        video.muted = true;
        await video.play().catch(() => (this.blocked = true));
      }
    }
  }

  setMuted(muted: boolean): void {
    if (!this.video) return;
    this.video.muted = muted;
    if (!muted && this.video.volume === 0) this.setVolume(0.6);
    if (!muted && this.video.paused && !this.wantsPause) void this.play();
  }

  setVolume(volume: number): void {
    if (!this.video) return;
    this.video.volume = Math.min(1, Math.max(0, volume));
    this.video.muted = this.video.volume === 0;
    if (volume > 0) window.localStorage.setItem(STORED_VOLUME, String(this.video.volume));
  }

  goLive(): void {
    const video = this.video;
    if (!video) return;
    const target = livePosition(this.engine?.liveSync ?? null, video.seekable);
    if (target !== null) video.currentTime = target;
    this.behind = false;
    void this.play();
  }

  /** Tries at once: the viewer asked, or the network is back. */
  retryNow(): void {
    if (this.#url === null || (this.status !== "reconnecting" && this.status !== "failed")) return;
    this.#backoff.reset();
    this.status = "reconnecting";
    void this.#reopen();
  }

  /** Where playback begins, in seconds of the video; null: at the live edge. */
  protected begin(): number | null {
    return null;
  }

  /** What was chosen stays, over new addresses and for the next video where it has that. */
  #prepared(): void {
    this.qualities = this.engine?.qualities ?? [];
    if (this.quality !== null) this.setQuality(this.qualities.includes(this.quality) ? this.quality : null);
  }

  /** What else is heard of the video, until `signal`. */
  protected listen(_video: HTMLVideoElement, _signal: AbortSignal): void {}

  async #open(): Promise<void> {
    const video = this.video;
    const url = this.#url;
    if (!video || url === null) return;
    this.#close();
    const generation = this.#generation;
    // Until something plays, what is known to be wrong is still said.
    const told = this.status === "reconnecting" || this.status === "failed" || this.status === "unsupported";
    if (!told) this.status = "loading";
    // A playlist that never answers raises no event of its own.
    this.#expect(STALL_MS * 2);
    try {
      const events = {
        ready: () => {
          this.#prepared();
          if (this.status === "unsupported") this.status = "loading";
          if (this.wantsPause) this.#rest();
          else void this.play();
        },
        trouble: (kind: Trouble, codecs?: readonly string[]) => {
          if (generation === this.#generation) this.#trouble(kind, codecs);
        },
      };
      const engine = await (this.options.open ?? openEngine)(video, url, events, this.begin());
      if (generation === this.#generation) this.engine = engine;
      else engine.destroy();
    } catch (error) {
      if (generation === this.#generation) this.#trouble(error instanceof Unsupported ? "unsupported" : "network");
    }
  }

  #close(): void {
    this.#generation += 1;
    clearTimeout(this.#retry);
    clearTimeout(this.#stall);
    this.engine?.destroy();
    this.engine = null;
  }

  #trouble(kind: Trouble, codecs: readonly string[] = []): void {
    this.#close();
    if (kind === "unsupported" || kind === "codecs") {
      this.refusedCodecs = kind === "codecs" ? codecs : null;
      this.#moment = null;
      this.status = "unsupported";
      if (kind === "unsupported") return;
      this.#backoff.reset();
      const random = (this.options.random ?? Math.random)();
      this.#retry = setTimeout(() => void this.#reopen(), (RECHECK_MS / 2) * (1 + random));
      return;
    }
    this.status = this.#backoff.attempts < PATIENCE ? "reconnecting" : "failed";
    if (this.status === "failed") this.#moment = null;
    this.#retry = setTimeout(() => void this.#reopen(), this.#backoff.next());
  }

  /** Asks where the show plays now, then opens that. */
  async #reopen(): Promise<void> {
    this.#close();
    const generation = this.#generation;
    try {
      const url = await this.options.source();
      if (generation !== this.#generation) return;
      this.#url = url;
      if (url === null) {
        this.#moment = null;
        this.status = "idle";
      } else await this.#open();
    } catch {
      if (generation === this.#generation) this.#trouble("network");
    }
  }

  #rest(): void {
    clearTimeout(this.#stall);
    this.status = "paused";
  }

  #plays(): void {
    clearTimeout(this.#stall);
    this.#backoff.reset();
    this.blocked = false;
    this.status = "playing";
  }

  #waits(): void {
    if (this.exhausted()) return;
    if (this.status !== "playing" || !this.video || this.video.readyState > 2) return;
    this.status = "stalled";
    this.#expect(STALL_MS);
  }

  #expect(ms: number): void {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => {
      if (this.status !== "playing" && !this.wantsPause && !this.blocked) this.#trouble("network");
    }, ms);
  }

  /** Whether there is nothing more to wait for, which the element does not say; then it is over. */
  protected exhausted(): boolean {
    return false;
  }

  /** The playlist has come to its end. */
  protected over(): void {
    void this.#reopen();
  }

  /** The page is looked at again, or no longer. */
  protected comeBack(): void {
    if (document.visibilityState === "visible" && this.status === "paused" && !this.wantsPause) this.goLive();
  }

  #measure(): void {
    const engine = this.engine;
    if (!engine) return;
    this.latency = engine.latency;
    this.behind = engine.live && isBehind(engine.latency, engine.targetLatency, this.behind);
  }
}

function storedVolume(): number {
  const volume = Number(globalThis.localStorage?.getItem(STORED_VOLUME) ?? 1);
  return volume > 0 && volume <= 1 ? volume : 1;
}
