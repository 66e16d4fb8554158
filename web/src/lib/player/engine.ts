import type Hls from "hls.js";
import type { ErrorData } from "hls.js";
import workerUrl from "hls.js/dist/hls.worker.js?url";

export type Trouble = "network" | "media" | "unsupported";

export interface Engine {
  /** Seconds between the frame on screen and the live edge; NaN when unknown. */
  readonly latency: number;
  readonly targetLatency: number;
  readonly liveSync: number | null;
  /** Programme time of the frame on screen. */
  readonly playing: Date | null;
  readonly live: boolean;
  destroy(): void;
}

export interface EngineEvents {
  ready(): void;
  trouble(kind: Trouble): void;
}

/** This browser plays no HLS, neither by itself nor by script. */
export class Unsupported extends Error {}

/** Plays an HLS address in a video element, by hls.js where it can and the browser itself elsewhere. */
export async function openEngine(video: HTMLVideoElement, url: string, events: EngineEvents): Promise<Engine> {
  const { default: Player } = await import("hls.js/light");
  if (Player.isSupported()) return new ScriptedEngine(new Player(configuration()), Player, video, url, events);
  if (video.canPlayType("application/vnd.apple.mpegurl")) return new NativeEngine(video, url, events);
  throw new Unsupported();
}

function configuration(): Partial<Hls["config"]> {
  const patient = { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 4000, backoff: "exponential" as const };
  const policy = (ms: number) => ({
    default: { maxTimeToFirstByteMs: ms, maxLoadTimeMs: ms * 2, timeoutRetry: patient, errorRetry: patient },
  });
  return {
    lowLatencyMode: true,
    workerPath: workerUrl,
    maxLiveSyncPlaybackRate: 1.05,
    backBufferLength: 30,
    maxBufferLength: 20,
    manifestLoadPolicy: policy(8000),
    playlistLoadPolicy: policy(8000),
    fragLoadPolicy: policy(10_000),
  };
}

class ScriptedEngine implements Engine {
  #rescues: number[] = [];

  constructor(
    private readonly hls: Hls,
    types: typeof Hls,
    video: HTMLVideoElement,
    url: string,
    events: EngineEvents,
  ) {
    hls.on(types.Events.MANIFEST_PARSED, () => events.ready());
    hls.on(types.Events.ERROR, (_name, data: ErrorData) => {
      if (!data.fatal) return;
      if (data.type === types.ErrorTypes.MEDIA_ERROR && this.#mayRescue()) {
        hls.recoverMediaError();
        return;
      }
      events.trouble(data.type === types.ErrorTypes.NETWORK_ERROR ? "network" : "media");
    });
    hls.attachMedia(video);
    hls.loadSource(url);
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
  get playing(): Date | null {
    return this.hls.playingDate;
  }
  get live(): boolean {
    return this.hls.latestLevelDetails?.live ?? true;
  }
  destroy(): void {
    this.hls.destroy();
  }
}

/** Safari's `getStartDate` gives the programme time of the start of the timeline. */
type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date };

class NativeEngine implements Engine {
  readonly targetLatency = 4;
  readonly liveSync = null;
  readonly #gone = new AbortController();

  constructor(
    private readonly video: DatedVideo,
    url: string,
    events: EngineEvents,
  ) {
    const { signal } = this.#gone;
    video.addEventListener("loadedmetadata", () => events.ready(), { signal });
    video.addEventListener(
      "error",
      () => events.trouble(video.error?.code === MediaError.MEDIA_ERR_DECODE ? "media" : "network"),
      { signal },
    );
    video.src = url;
    video.load();
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
  destroy(): void {
    this.#gone.abort();
    this.video.removeAttribute("src");
    this.video.load();
  }
}
