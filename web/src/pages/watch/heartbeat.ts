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

/** A video and the second of it that is on screen. */
export interface Place {
  readonly media: string;
  readonly second: number;
  /** Not while it is paused, or over. */
  readonly playing: boolean;
}

/** What somebody watches: a channel's show, or a video of it. */
export interface Watched {
  readonly channel: string;
  readonly place: Place | null;
}

/** Says every 10 s that this viewer still watches, and hears how many watch the show. */
export class Heartbeat {
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Of the show, and of each video that was watched. */
  readonly #views = new Map<string | null, string>();

  /** `watching` says what is being watched, null when nothing is; `guest` is a guest's token, where it opens it. */
  constructor(
    private readonly watching: () => Watched | null,
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

  /** The view of a video, or of the show: what is bought in it names it. */
  view(media: string | null): string {
    const known = this.#views.get(media) ?? randomHash();
    this.#views.set(media, known);
    return known;
  }

  async #beat(): Promise<void> {
    const watched = this.watching();
    if (watched === null) return;
    const { channel, place } = watched;
    try {
      const [viewer, date] = [viewerHash(), new Date().toISOString()];
      const view = this.view(place?.media ?? null);
      const { viewers } = await audience.heartbeat(channel, viewer, view, date, place, await this.guest());
      if (place === null) this.onViewers(viewers);
    } catch (error) {
      // A missed beat is made up for by the next.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
