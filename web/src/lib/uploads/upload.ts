import { DetailedError, Upload as Tus, type HttpStack } from "tus-js-client";
import { ApiError, errorFrom } from "../../client/error";
import { uploads } from "../../client/uploads";
import { refusals } from "../../texts/refusals";
import { fingerprint, shortName, typeOf } from "./file";
import { forget, recall, remember } from "./remembered";
import { Speed } from "./speed";

const CHUNK = 8 * 1024 * 1024;
const RETRIES_MS = [0, 1000, 2000, 4000, 8000, 15_000, 15_000, 30_000, 30_000, 30_000];
/** Of what a server answers, what may be otherwise in a moment. */
const PASSING = [0, 408, 409, 423, 429, 460];

export type Phase = "beginning" | "sending" | "stalled" | "paused" | "sent" | "failed" | "cancelled";

export interface Progress {
  phase: Phase;
  /** Bytes that the server has said are there. */
  here: number;
  size: number;
  /** Bytes a second. */
  speed: number | null;
  /** Seconds. */
  left: number | null;
  /** The video's id, once there is one. */
  media: string | null;
  /** Why it failed, in words for people. */
  problem: string | null;
}

export interface Sending {
  readonly progress: Progress;
  pause(): void;
  /** After a pause, or a failure. */
  resume(): void;
  /** What is there is deleted. */
  cancel(): Promise<void>;
}

interface Around {
  now: () => number;
  /** How requests are made; the browser's where nothing is said. */
  stack?: HttpStack;
}

/**
 * Sends `file` to a channel, from where it was left should it have been going there before. `changed` is called whenever
 * `progress` is another.
 */
export function startUpload(
  file: File,
  channel: string,
  changed: (progress: Progress) => void,
  around: Around = { now: Date.now },
): Sending {
  return new FileUpload(file, channel, changed, around);
}

class FileUpload implements Sending {
  progress: Progress;
  readonly #speed = new Speed();
  readonly #print: string;
  #tus: Tus | null = null;
  /** Which of its runs is the one that counts: one that was paused meanwhile says nothing any more. */
  #run = 0;

  constructor(
    private readonly file: File,
    private readonly channel: string,
    private readonly changed: (progress: Progress) => void,
    private readonly around: Around,
  ) {
    this.#print = fingerprint(file, channel);
    const { size } = file;
    this.progress = { phase: "beginning", here: 0, size, speed: null, left: null, media: null, problem: null };
    globalThis.addEventListener?.("online", this.#online);
    void this.#begin();
  }

  pause(): void {
    if (!["beginning", "sending", "stalled"].includes(this.progress.phase)) return;
    this.#run += 1;
    void this.#tus?.abort();
    this.#tell({ phase: "paused", speed: null, left: null });
  }

  resume(): void {
    if (this.progress.phase !== "paused" && this.progress.phase !== "failed") return;
    this.#tell({ phase: "beginning", problem: null });
    void this.#begin();
  }

  async cancel(): Promise<void> {
    this.#run += 1;
    this.#close();
    forget(this.#print);
    const url = this.#tus?.url;
    await this.#tus?.abort();
    this.#tell({ phase: "cancelled", speed: null, left: null });
    if (url) await Tus.terminate(url, { ...this.#options, retryDelays: RETRIES_MS }).catch(() => undefined);
  }

  /** A line that is back need not be waited for. */
  #online = (): void => {
    if (this.progress.phase === "stalled" || (this.progress.phase === "failed" && !this.#tus)) {
      this.#run += 1;
      void this.#tus?.abort();
      this.#tell({ phase: "beginning", problem: null });
      void this.#begin();
    }
  };

  get #options() {
    const { stack } = this.around;
    return stack ? { httpStack: stack } : {};
  }

  async #begin(): Promise<void> {
    const run = ++this.#run;
    this.#speed.clear();
    try {
      const url = await this.#address();
      if (run === this.#run) this.#send(url, run);
      else if (this.progress.phase === "cancelled") await Tus.terminate(url, this.#options).catch(() => undefined);
    } catch (error) {
      if (run === this.#run) this.#fail(error);
    }
  }

  /** Where it goes: where it was going before, else to a video that is made for it. */
  async #address(): Promise<string> {
    const before = recall(this.#print, this.around.now());
    if (before !== null) {
      try {
        const { url, length, offset } = await uploads.progress(before);
        if (length === this.file.size) {
          this.#tell({ media: before, here: offset });
          return url;
        }
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      }
      forget(this.#print);
    }
    const { name, size } = this.file;
    const extension = typeOf(this.file) ?? "video/mp4";
    const { id, upload } = await uploads.begin(this.channel, { extension, filename: shortName(name), size });
    remember(this.#print, id, this.around.now());
    this.#tell({ media: id, here: 0 });
    return upload.url;
  }

  #send(url: string, run: number): void {
    const current = () => run === this.#run;
    this.#tus = new Tus(this.file, {
      ...this.#options,
      uploadUrl: url,
      chunkSize: CHUNK,
      retryDelays: RETRIES_MS,
      storeFingerprintForResuming: false, // `remembered.ts` knows the video, which the address belongs to
      onAfterResponse: (_, response) => {
        const here = Number.parseInt(response.getHeader("Upload-Offset") ?? "", 10);
        if (current() && !Number.isNaN(here)) this.#acknowledged(here);
      },
      onShouldRetry: (error) => {
        const status = statusOf(error);
        const passing = PASSING.includes(status) || (status >= 500 && status !== 507);
        if (passing && current()) this.#tell({ phase: "stalled", speed: null, left: null });
        return passing;
      },
      onSuccess: () => {
        if (!current()) return;
        this.#close();
        forget(this.#print);
        this.#tell({ phase: "sent", here: this.file.size, speed: null, left: null });
      },
      onError: (error) => {
        if (current()) this.#fail(error);
      },
    });
    this.#tell({ phase: "sending" });
    this.#tus.start();
  }

  #acknowledged(here: number): void {
    this.#speed.hear(here, this.around.now());
    const speed = this.#speed.value;
    const left = speed === null ? null : (this.file.size - here) / speed;
    this.#tell({ phase: "sending", here, speed, left });
  }

  #fail(error: unknown): void {
    if (statusOf(error) === 404) forget(this.#print); // it begins anew with a video of its own
    this.#tell({ phase: "failed", speed: null, left: null, problem: wordsOf(error) });
  }

  #close(): void {
    globalThis.removeEventListener?.("online", this.#online);
  }

  #tell(changes: Partial<Progress>): void {
    this.progress = { ...this.progress, ...changes };
    this.changed(this.progress);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof ApiError) return error.status;
  return error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : -1;
}

/** The server's words, if it said something. */
function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (!(error instanceof DetailedError) || !error.originalResponse) return refusals.offline;
  const status = error.originalResponse.getStatus();
  let body: unknown = null;
  try {
    body = JSON.parse(error.originalResponse.getBody());
  } catch {
    // a proxy's page
  }
  return errorFrom(new Response(null, { status: status >= 200 ? status : 500 }), body).message;
}
