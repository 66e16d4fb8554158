import { openEngine, Unsupported, type Engine, type Trouble } from "../../../lib/player/engine";
import type { Span } from "../../../client/media";
import { onward } from "./spans";

/** Tries to go on by itself, in a row; after that whoever watches is asked. */
const PATIENCE = 2;

/** A video that is over, in a video element, for who works on it. Times are in seconds. */
export class Film {
  at = $state(0);
  playing = $state(false);
  /** Why there is nothing to see; null where there is, or soon will be. */
  trouble = $state<Trouble | null>(null);
  /** What is played of it; null for all. */
  kept = $state.raw<readonly Span[] | null>(null);

  #video: HTMLVideoElement | null = null;
  #engine: Engine | null = null;
  /** Of the address that is open: what an older one says does not count. */
  #opened = 0;
  #tries = 0;
  #listening = new AbortController();

  /** `source` asks where it can be had now: an address is good for a while only. */
  constructor(private readonly source: () => Promise<string | null>) {}

  /** Takes a video element; answers the function that lets it go. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    this.#listening = new AbortController();
    const on = (name: keyof HTMLVideoElementEventMap, listener: () => void) =>
      video.addEventListener(name, listener, { signal: this.#listening.signal });
    on("play", () => {
      this.playing = true;
      this.#follow();
    });
    on("playing", () => (this.#tries = 0));
    on("pause", () => (this.playing = false));
    on("ended", () => (this.playing = false));
    on("seeking", () => (this.at = video.currentTime));
    on("timeupdate", () => (this.at = video.currentTime));
    void this.open();
    return () => {
      this.#listening.abort();
      this.#close();
      this.#video = null;
    };
  }

  /** Opens it, or opens it again where it was. */
  async open(): Promise<void> {
    const video = this.#video;
    if (!video) return;
    this.#close();
    const opened = this.#opened;
    const { at, playing } = this;
    this.trouble = null;
    try {
      const url = await this.source();
      if (opened !== this.#opened) return;
      if (url === null) {
        this.trouble = "network";
        return;
      }
      const heard = {
        ready: () => {
          if (playing) void this.play();
        },
        trouble: (kind: Trouble) => {
          if (opened === this.#opened) this.#fail(kind);
        },
      };
      const engine = await openEngine(video, url, heard, at);
      if (opened === this.#opened) this.#engine = engine;
      else engine.destroy();
    } catch (error) {
      if (opened === this.#opened) this.#fail(error instanceof Unsupported ? "unsupported" : "network");
    }
  }

  /** Shows this moment; what is played goes on from it. */
  seek(time: number): void {
    if (!this.#video) return;
    this.at = Math.max(0, time);
    this.#video.currentTime = this.at;
  }

  async play(): Promise<void> {
    const from = this.kept && (onward(this.kept, this.at) ?? this.kept[0]?.start);
    if (typeof from === "number" && from !== this.at) this.seek(from);
    // Refused where the browser wants a tap first: the button stays.
    await this.#video?.play().catch(() => undefined);
  }

  pause(): void {
    this.#video?.pause();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  /** Each picture while it plays: what is not kept is left out. */
  #follow(): void {
    const video = this.#video;
    if (!video || video.paused) return;
    this.at = video.currentTime;
    if (this.kept && !video.seeking) {
      const to = onward(this.kept, this.at);
      if (to === null) video.pause();
      else if (to > this.at) video.currentTime = to;
    }
    requestAnimationFrame(() => this.#follow());
  }

  #fail(kind: Trouble): void {
    this.#close();
    this.#tries += 1;
    if (kind !== "unsupported" && kind !== "codecs" && this.#tries <= PATIENCE) void this.open();
    else this.trouble = kind;
  }

  #close(): void {
    this.#opened += 1;
    this.#engine?.destroy();
    this.#engine = null;
  }
}
