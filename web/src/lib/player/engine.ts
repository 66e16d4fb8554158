import type Hls from "hls.js";
import type { ErrorData, Fragment } from "hls.js";
import workerUrl from "hls.js/dist/hls.worker.js?url";
import { codecsIn, split } from "./codecs";
import { detour, rate } from "./pace";
import { changingAtSeams, type Choice } from "./seams";

/** `unsupported`: no HLS at all; `codecs`: not what this show is made of. */
export type Trouble = "network" | "media" | "unsupported" | "codecs";

export interface Engine {
  /** Seconds between the frame on screen and the live edge; NaN when unknown. */
  readonly latency: number;
  readonly targetLatency: number;
  readonly liveSync: number | null;
  /** Programme time of the frame on screen. */
  readonly playing: Date | null;
  readonly live: boolean;
  /** What there is to choose from, by pixels of the picture's shorter side, the best first. */
  readonly qualities: readonly number[];
  /** From the next segment on; null leaves it to the engine. */
  choose(quality: number | null): void;
  destroy(): void;
}

export interface EngineEvents {
  ready(): void;
  /** `codecs` are those that cannot be played, as far as the browser tells. */
  trouble(kind: Trouble, codecs?: readonly string[]): void;
}

/** This browser plays no HLS, neither by itself nor by script. */
export class Unsupported extends Error {}

/**
 * Plays an HLS address in a video element, by hls.js where it can and the browser itself elsewhere: from second `begin` of
 * a recording, or at the live edge. Recordings alone have captions shown, which live shows do not wait for.
 */
export async function openEngine(
  video: HTMLVideoElement,
  url: string,
  events: EngineEvents,
  begin: number | null,
): Promise<Engine> {
  const { default: Player } = begin === null ? await import("hls.js/light") : await import("hls.js");
  if (Player.isSupported()) {
    const choice: Choice = { level: null };
    const hls = new Player(begin === null ? live(Player, choice) : recorded(begin));
    return new ScriptedEngine(hls, Player, video, url, events, begin, choice);
  }
  if (video.canPlayType("application/vnd.apple.mpegurl")) return new NativeEngine(video, url, events, begin);
  throw new Unsupported();
}

function policies(): Partial<Hls["config"]> {
  const patient = { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 4000, backoff: "exponential" as const };
  const policy = (ms: number) => ({
    default: { maxTimeToFirstByteMs: ms, maxLoadTimeMs: ms * 2, timeoutRetry: patient, errorRetry: patient },
  });
  return {
    workerPath: workerUrl,
    manifestLoadPolicy: policy(8000),
    playlistLoadPolicy: policy(8000),
    fragLoadPolicy: policy(10_000),
  };
}

function recorded(begin: number): Partial<Hls["config"]> {
  return { ...policies(), lowLatencyMode: false, startPosition: begin, backBufferLength: 60, maxBufferLength: 30 };
}

function live(types: typeof Hls, choice: Choice): Partial<Hls["config"]> {
  return {
    ...policies(),
    abrController: changingAtSeams(types, choice),
    lowLatencyMode: true,
    maxLiveSyncPlaybackRate: 1, // its own keeps a second in the buffer, whatever the server says: see `pace`
    liveSyncOnStallIncrease: 0.25,
    backBufferLength: 30,
    maxBufferLength: 20,
  };
}

/** What can be played of a show is found out before: where codecs are refused, nothing else can be tried. */
const CODEC_ERRORS: ReadonlySet<string> = new Set([
  "manifestIncompatibleCodecsError",
  "bufferAddCodecError",
  "bufferIncompatibleCodecsError",
]);

class ScriptedEngine implements Engine {
  #rescues: number[] = [];
  #codecs: string[] = [];
  #joined = false;
  #level: number | null = null; // that is fetched,
  #entry: number | null = null; // and from where on, until that can be shown
  readonly #gone = new AbortController();

  constructor(
    private readonly hls: Hls,
    types: typeof Hls,
    private readonly video: HTMLVideoElement,
    url: string,
    events: EngineEvents,
    private readonly begin: number | null,
    private readonly choice: Choice,
  ) {
    hls.on(types.Events.MANIFEST_LOADED, (_name, { levels }) => {
      this.#codecs = levels.flatMap(({ attrs }) => split(attrs.CODECS ?? ""));
    });
    hls.on(types.Events.MANIFEST_PARSED, (_name, { firstLevel }) => {
      hls.startLevel = firstLevel; // what the show itself is, until it is known what the network takes
      events.ready();
    });
    if (begin === null) this.#follow(types);
    hls.on(types.Events.ERROR, (_name, data: ErrorData) => {
      if (CODEC_ERRORS.has(data.details)) {
        const source = types.getMediaSource();
        const named = data.mimeType ? split(data.mimeType.split("codecs=")[1] ?? "") : this.#codecs;
        events.trouble(
          "codecs",
          named.filter((codec) => !source?.isTypeSupported(`video/mp4;codecs="${codec}"`)),
        );
        return;
      }
      if (!data.fatal) return;
      if (data.type === types.ErrorTypes.MEDIA_ERROR && this.#mayRescue()) {
        hls.recoverMediaError();
        // A picture has joined or left: no source buffer takes both sides of that seam.
        if (data.details === types.ErrorDetails.BUFFER_APPEND_ERROR && data.frag) hls.startLoad(data.frag.start);
        return;
      }
      events.trouble(data.type === types.ErrorTypes.NETWORK_ERROR ? "network" : "media");
    });
    hls.attachMedia(video);
    hls.loadSource(url);
  }

  /** Joins at the live edge and stays by it. */
  #follow(types: typeof Hls): void {
    const { hls } = this;
    hls.once(types.Events.LEVEL_UPDATED, (_name, { details }) => {
      const position = hls.liveSyncPosition;
      const begin = position === null ? null : detour(details.partList ?? [], position);
      if (begin === null) this.#joined = true;
      else hls.startLoad(begin);
    });
    hls.on(types.Events.FRAG_BUFFERED, (_name, { frag, part }) => {
      if (!part) this.#tickOff(frag);
      this.#join();
      this.#show(frag.level, (part ?? frag).end);
    });
    hls.on(types.Events.FRAG_LOADING, (_name, { frag, part }) => {
      if (frag.sn === "initSegment" || frag.level === this.#level) return;
      this.#entry = this.#level === null ? null : (part ?? frag).start;
      this.#level = frag.level;
    });
    this.video.addEventListener("timeupdate", () => this.#pace(), { signal: this.#gone.signal });
  }

  /** The parts of a segment that was fetched whole are there, too: hls.js would wait for them before it goes on. */
  #tickOff(whole: Fragment): void {
    for (const part of this.hls.latestLevelDetails?.partList ?? []) {
      const { sn, level } = part.fragment; // qualities number their segments alike
      if (sn === whole.sn && level === whole.level) part.elementaryStreams = whole.elementaryStreams;
    }
  }

  /**
   * Where a quality went away in the midst of a segment, what comes in its place begins before the frame on screen: to
   * seek makes the browser show it at once, and not from its next keyframe on.
   */
  #show(level: number, until: number): void {
    const { currentTime } = this.video;
    if (this.#entry === null || level !== this.#level || (this.#entry < currentTime && until <= currentTime)) return;
    const late = this.#entry < currentTime;
    this.#entry = null;
    if (late) this.video.currentTime = currentTime;
  }

  /** Jumps to the live position as soon as what was fetched to decode it reaches there. */
  #join(): void {
    const position = this.hls.liveSyncPosition;
    if (this.#joined || position === null || this.#ahead < position - this.video.currentTime) return;
    this.#joined = true;
    if (position > this.video.currentTime) this.video.currentTime = position;
  }

  /** Of a show that is on; how fast another is watched is its viewer's choice. */
  #pace(): void {
    if (!this.live) return;
    const wanted = rate(this.latency, this.targetLatency, this.#ahead);
    if (this.video.playbackRate !== wanted) this.video.playbackRate = wanted;
  }

  /** Seconds that can be played from here. */
  get #ahead(): number {
    const { buffered, currentTime } = this.video;
    for (let at = 0; at < buffered.length; at += 1) {
      if (buffered.start(at) <= currentTime + 0.1 && currentTime < buffered.end(at))
        return buffered.end(at) - currentTime;
    }
    return 0;
  }

  /** Twice in half a minute; after that only starting over helps. */
  #mayRescue(): boolean {
    const now = performance.now();
    this.#rescues = this.#rescues.filter((at) => now - at < 30_000);
    this.#rescues.push(now);
    return this.#rescues.length <= 2;
  }

  get latency(): number {
    return this.hls.latency;
  }
  get targetLatency(): number {
    return this.hls.targetLatency ?? 3;
  }
  get liveSync(): number | null {
    return this.hls.liveSyncPosition;
  }
  /** From the playlist: hls.js notices a tenth of a second later which segment plays. */
  get playing(): Date | null {
    const { currentTime } = this.video;
    const segment = this.hls.latestLevelDetails?.fragments.findLast(({ start }) => start <= currentTime + 0.05);
    const time = segment?.programDateTime;
    return segment && time ? new Date(time + (currentTime - segment.start) * 1000) : null;
  }
  get live(): boolean {
    return this.hls.latestLevelDetails?.live ?? true;
  }
  get qualities(): readonly number[] {
    return [...new Set(this.hls.levels.map(side))].filter((pixels) => pixels > 0).sort((a, b) => b - a);
  }
  /** Of two with as many pixels the one with more bits: levels stand in the order of those. */
  choose(quality: number | null): void {
    const level = quality === null ? -1 : this.hls.levels.findLastIndex((each) => side(each) === quality);
    if (this.begin === null) this.choice.level = level < 0 ? null : level;
    else this.hls.nextLevel = level;
  }
  destroy(): void {
    this.#gone.abort();
    if (this.begin === null) this.video.playbackRate = 1;
    this.hls.destroy();
  }
}

function side({ width, height }: { width: number; height: number }): number {
  return Math.min(width, height);
}

/** Safari's `getStartDate` gives the programme time of the start of the timeline. */
type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date };

class NativeEngine implements Engine {
  readonly targetLatency = 4;
  readonly liveSync = null;
  readonly qualities = [];
  readonly #gone = new AbortController();

  constructor(
    private readonly video: DatedVideo,
    url: string,
    events: EngineEvents,
    begin: number | null,
  ) {
    const { signal } = this.#gone;
    const ready = () => {
      if (begin !== null) video.currentTime = begin;
      events.ready();
    };
    video.addEventListener("loadedmetadata", ready, { signal });
    video.addEventListener("error", () => void this.#explain(url, events), { signal });
    video.src = url;
    video.load();
  }

  /** The browser says "not supported" of codecs and of addresses that are not there. */
  async #explain(url: string, events: EngineEvents): Promise<void> {
    const code = this.video.error?.code;
    if (code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) {
      const named = await fetch(url, { signal: this.#gone.signal })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then(codecsIn, () => []);
      if (this.#gone.signal.aborted) return;
      const refused = named.filter((codec) => !this.video.canPlayType(`video/mp4; codecs="${codec}"`));
      if (refused.length > 0) {
        events.trouble("codecs", refused);
        return;
      }
    }
    events.trouble(code === MediaError.MEDIA_ERR_DECODE ? "media" : "network");
  }

  get latency(): number {
    const { seekable, currentTime } = this.video;
    return seekable.length > 0 ? seekable.end(seekable.length - 1) - currentTime : Number.NaN;
  }
  get playing(): Date | null {
    const start = this.video.getStartDate?.().getTime() ?? Number.NaN;
    return Number.isFinite(start) ? new Date(start + this.video.currentTime * 1000) : null;
  }
  get live(): boolean {
    return !Number.isFinite(this.video.duration);
  }
  choose(): void {}
  destroy(): void {
    this.#gone.abort();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
