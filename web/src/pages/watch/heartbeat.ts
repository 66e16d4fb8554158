import { audience } from "../../client/api";
import { ApiError } from "../../client/error";

const EVERY_MS = 10_000;
const STORED_VIEWER = "storecast.viewer";

/** 128 random bits in hexadecimal. */
function randomHash(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same for every visit from this browser. */
function viewerHash(): string {
  const stored = window.localStorage.getItem(STORED_VIEWER);
  if (stored) return stored;
  const made = randomHash();
  window.localStorage.setItem(STORED_VIEWER, made);
  return made;
}

/** Says every 10 s that this viewer still watches, and hears how many do. */
export class Heartbeat {
  #timer: ReturnType<typeof setInterval> | undefined;
  /** This view: what is bought in it names it. */
  readonly view = randomHash();

  /** `watching` names the channel being watched, null when nothing is; `guest` is a guest's token, where it opens it. */
  constructor(
    private readonly watching: () => string | null,
    private readonly guest: () => Promise<string | null>,
    private readonly onViewers: (viewers: number) => void,
  ) {}

  start(): void {
    void this.#beat();
    this.#timer = setInterval(() => void this.#beat(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    const channel = this.watching();
    if (channel === null) return;
    try {
      const [viewer, date] = [viewerHash(), new Date().toISOString()];
      const { viewers } = await audience.heartbeat(channel, viewer, this.view, date, await this.guest());
      this.onViewers(viewers);
    } catch (error) {
      // A missed beat is made up for by the next.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
