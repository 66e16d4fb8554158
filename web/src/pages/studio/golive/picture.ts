import type { MixerMessage } from "./mixer.worker";

const RATE = 30;
const LONG_SIDE = 1280;
const SHORT_SIDE = 720;

/** Whether this browser can put a picture together while nobody looks at the page. */
export const canMix = (): boolean =>
  "MediaStreamTrackProcessor" in window && "MediaStreamTrackGenerator" in window && typeof Worker !== "undefined";

/** One picture of camera and screen, whichever there are; `track` stays the same whatever is shown. */
export class Picture {
  readonly track: MediaStreamTrack;
  readonly #worker: Worker;

  /** `upright` where a phone is held so. */
  constructor(upright: boolean) {
    const Generator = window.MediaStreamTrackGenerator;
    if (!Generator) throw new Error("no MediaStreamTrackGenerator");
    const generator = new Generator({ kind: "video" });
    this.track = generator;
    this.#worker = new Worker(new URL("./mixer.worker.ts", import.meta.url), { type: "module" });
    const { writable } = generator;
    const [width, height] = upright ? [SHORT_SIDE, LONG_SIDE] : [LONG_SIDE, SHORT_SIDE];
    this.#tell({ type: "start", writable, width, height, rate: RATE }, [writable]);
  }

  /** Shows a track, or none. */
  show(name: "camera" | "screen", track: MediaStreamTrack | null): void {
    const Processor = window.MediaStreamTrackProcessor;
    const readable = track && Processor ? new Processor({ track, maxBufferSize: 1 }).readable : null;
    this.#tell({ type: "source", name, readable }, readable ? [readable] : []);
  }

  close(): void {
    this.track.stop();
    this.#worker.terminate();
  }

  #tell(message: MixerMessage, handed: Transferable[]): void {
    this.#worker.postMessage(message, handed);
  }
}
