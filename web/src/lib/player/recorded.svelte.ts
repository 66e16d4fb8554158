import { Player, type PlayerOptions } from "./player.svelte";

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const STORED_SPEED = "storecast.speed";
/** Nearer to the end than this, hls.js would have nothing to begin with. */
const LAST_SECOND = 1;

/** Seconds before its end at which a recording that has nothing more is over: hls.js waits there now and then, where
 * sound and picture do not end together. */
const NEARLY_OVER = 0.25;
const STEP_SECONDS = 5;
const SKIP_SECONDS = 10;

/** Seconds from which to which there is something. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface RecordedOptions extends PlayerOptions {
  /** It has been played to its end. */
  onover?(): void;
}

/** Plays a recording, from any second of it. When it must be opened anew, it goes on where it was. */
export class RecordedPlayer extends Player {
  /** Second that is on screen, or is about to be. */
  time = $state(0);
  /** Seconds; 0 until it is known. */
  duration = $state(0);
  buffered = $state.raw<readonly Stretch[]>([]);
  speed = $state(storedSpeed());
  /** Whether it has captions, and whether they are shown. */
  captioned = $state(false);
  captions = $state(false);
  readonly #onover: () => void;
  /** Whether the element has come to where playback begins: until then its time says nothing. */
  #arrived = false;

  constructor({ onover = () => undefined, ...options }: RecordedOptions) {
    super(options);
    this.#onover = onover;
    this.muted = false;
  }

  override get live(): boolean {
    return false;
  }

  /** Plays this recording, of so many seconds where that is known, from a second of it on. */
  start(url: string, at: number, duration: number | null): void {
    this.load(null);
    this.duration = duration ?? 0;
    this.time = this.#within(at);
    this.buffered = [];
    this.captioned = false;
    this.wantsPause = false;
    this.load(url);
    // Within the tap that asked for it: that is when phones allow sound.
    void this.play();
  }

  seek(second: number): void {
    this.time = this.#within(second);
    if (!this.video || this.video.readyState === 0) return;
    this.video.currentTime = this.time;
    if (this.status === "ended") void this.play();
  }

  skip(seconds: number): void {
    this.seek(this.time + seconds);
  }

  /** Arrows, J and L, Home and End lead to another second, digits to a tenth of it, < and > to another speed. */
  override leap(key: string): boolean {
    if (/^\d$/.test(key)) this.seek((this.duration * Number(key)) / 10);
    else if (key === "ArrowLeft") this.skip(-STEP_SECONDS);
    else if (key === "ArrowRight") this.skip(STEP_SECONDS);
    else if (key === "j" || key === "J") this.skip(-SKIP_SECONDS);
    else if (key === "l" || key === "L") this.skip(SKIP_SECONDS);
    else if (key === "Home") this.seek(0);
    else if (key === "End") this.seek(this.duration);
    else if (key === "<" || key === ">") this.shift(key === ">");
    else return false;
    return true;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    window.localStorage.setItem(STORED_SPEED, String(speed));
    if (this.video) this.#hurry(this.video);
  }

  /** The next faster, or slower, of the speeds there are. */
  shift(faster: boolean): void {
    const at = SPEEDS.indexOf(this.speed) + (faster ? 1 : -1);
    this.setSpeed(SPEEDS[at] ?? this.speed);
  }

  setCaptions(shown: boolean): void {
    this.captions = shown;
    for (const track of this.#tracks) track.mode = "disabled";
    const [track] = this.#tracks;
    if (track && shown) track.mode = "showing";
  }

  protected override begin(): number {
    this.#arrived = false;
    return this.time;
  }

  protected override exhausted(): boolean {
    const { video } = this;
    if (!video || video.paused || video.readyState > 2 || this.status === "ended") return this.status === "ended";
    if (!(this.duration > 0) || !this.#arrived || video.currentTime < this.duration - NEARLY_OVER) return false;
    video.pause();
    this.over();
    return true;
  }

  protected override over(): void {
    if (this.status === "ended") return;
    this.time = this.duration;
    this.status = "ended";
    this.#onover();
  }

  /** Who put the page away finds the recording where they left it. */
  protected override comeBack(): void {}

  protected override listen(video: HTMLVideoElement, signal: AbortSignal): void {
    this.#hurry(video);
    for (const name of ["timeupdate", "seeking", "seeked", "loadedmetadata"] as const)
      video.addEventListener(name, () => this.#look(video), { signal });
    video.addEventListener("playing", () => (this.#arrived = true), { signal });
    video.addEventListener("progress", () => (this.buffered = stretches(video.buffered)), { signal });
    video.addEventListener("loadedmetadata", () => this.#hurry(video), { signal });
    const told = () => {
      if (Number.isFinite(video.duration) && video.duration > 0) this.duration = video.duration;
    };
    video.addEventListener("durationchange", told, { signal });
    for (const name of ["addtrack", "removetrack", "change"])
      video.textTracks.addEventListener(name, () => this.#count(), { signal });
  }

  #look(video: HTMLVideoElement): void {
    // Without an engine the element has let go of what it had: its time is none.
    if (video.readyState === 0 || this.engine === null) return;
    if (!this.#arrived && Math.abs(video.currentTime - this.time) > 1) return;
    this.#arrived = true;
    this.time = video.currentTime;
    this.buffered = stretches(video.buffered);
  }

  #hurry(video: HTMLVideoElement): void {
    video.defaultPlaybackRate = video.playbackRate = this.speed;
  }

  get #tracks(): TextTrack[] {
    return [...(this.video?.textTracks ?? [])].filter(({ kind }) => kind === "captions" || kind === "subtitles");
  }

  #count(): void {
    this.captioned = this.#tracks.length > 0;
    this.captions = this.#tracks.some(({ mode }) => mode === "showing");
  }

  #within(second: number): number {
    const last = this.duration > 0 ? Math.max(0, this.duration - LAST_SECOND) : second;
    return Math.max(0, Math.min(Number.isFinite(second) ? second : 0, last));
  }
}

function stretches(ranges: TimeRanges): Stretch[] {
  return Array.from({ length: ranges.length }, (_, at) => ({ from: ranges.start(at), to: ranges.end(at) }));
}

function storedSpeed(): number {
  const speed = Number(globalThis.localStorage?.getItem(STORED_SPEED) ?? 1);
  return SPEEDS.includes(speed) ? speed : 1;
}
