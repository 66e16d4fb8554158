import type { MixerMessage } from "./mixer.worker";

const RATE = 30;
const LONG_SIDE = 1280;
const SHORT_SIDE = 720;

/** Whether this browser can put a picture together while nobody looks at the page. */
export const canMix = (): boolean =>
  "MediaStreamTrackProcessor" in window && "MediaStreamTrackGenerator" in window && typeof Worker !== "undefined";

/** What viewers see. `show` shows a track, or none. */
export interface Shown {
  readonly stream: MediaStream;
  show(name: "camera" | "screen", track: MediaStreamTrack | null): void;
  close(): void;
}

/** One picture of camera and screen, whichever there are; its track stays the same whatever is shown. */
export class Picture implements Shown {
  readonly stream: MediaStream;
  readonly #worker: Worker;

  /** `upright` where a phone is held so. */
  constructor(upright: boolean) {
    const Generator = window.MediaStreamTrackGenerator;
    if (!Generator) throw new Error("no MediaStreamTrackGenerator");
    const generator = new Generator({ kind: "video" });
    this.stream = new MediaStream([generator]);
    this.#worker = new Worker(new URL("./mixer.worker.ts", import.meta.url), { type: "module" });
    const { writable } = generator;
    const [width, height] = upright ? [SHORT_SIDE, LONG_SIDE] : [LONG_SIDE, SHORT_SIDE];
    this.#tell({ type: "start", writable, width, height, rate: RATE }, [writable]);
  }

  show(name: "camera" | "screen", track: MediaStreamTrack | null): void {
    const Processor = window.MediaStreamTrackProcessor;
    const readable = track && Processor ? new Processor({ track, maxBufferSize: 1 }).readable : null;
    this.#tell({ type: "source", name, readable }, readable ? [readable] : []);
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    this.#worker.terminate();
  }

  #tell(message: MixerMessage, handed: Transferable[]): void {
    this.#worker.postMessage(message, handed);
  }
}

/** Camera or screen as they are, one at a time, where nothing can be put together. `onchange` is told of another. */
export class Single implements Shown {
  readonly stream = new MediaStream();
  readonly #tracks: Record<"camera" | "screen", MediaStreamTrack | null> = { camera: null, screen: null };
  onchange: ((track: MediaStreamTrack | null) => void) | null = null;

  get track(): MediaStreamTrack | null {
    return this.#tracks.screen ?? this.#tracks.camera;
  }

  show(name: "camera" | "screen", track: MediaStreamTrack | null): void {
    const before = this.track;
    this.#tracks[name] = track;
    const now = this.track;
    if (now === before) return;
    if (before) this.stream.removeTrack(before);
    if (now) this.stream.addTrack(now);
    this.onchange?.(now);
  }

  /** Its tracks are whose they were. */
  close(): void {
    this.onchange = null;
  }
}
