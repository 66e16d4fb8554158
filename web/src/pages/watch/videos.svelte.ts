import { flushSync } from "svelte";
import { audience } from "../../client/api";
import { ApiError } from "../../client/error";
import type { Replay, Said, Video } from "../../client/types";
import type { Counter } from "../../lib/shelf/shelf.svelte";
import { Fetched } from "../../lib/ui/fetched.svelte";
import { nameInAddress, type Moment } from "./moment";
import { newest, startOf } from "./newest";
import type { Show } from "./show.svelte";
import type { Theatre } from "./theatre";
import { leftAt, remember } from "./watched";

const ON_DEMAND = 0;
const REMEMBER_MS = 5000;
const AGAIN_MS = 5000;
/** Node and API each say by their own clock when a show began. */
const CLOCKS_APART_MS = 60_000;

/** What of a channel can be seen without a show, and the one video that somebody watches. */
export class Videos {
  /** On screen; null where the show is, or its cover. */
  current = $state.raw<Video | null>(null);
  /** What the link led to and nobody has begun to watch. */
  linked = $state.raw<Video | null>(null);
  /** The link led to a video that is not there any more. */
  gone = $state(false);
  /** What was pinned in the current one, once that is known. */
  replay = $state.raw<Replay | null>(null);

  /** What they are watched with. It has to be here before a tap counts: phones allow sound within that alone. */
  readonly theatre: Fetched<Theatre>;
  #at: number | null = null;
  #keeping: ReturnType<typeof setInterval> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly show: Show) {
    this.theatre = new Fetched(async () => {
      const { Theatre } = await import("./theatre");
      return new Theatre(show.shelf, (from, until) => this.#said(from, until), {
        source: async () => (await this.#ask())?.hls_url ?? null,
        onover: () => this.#over(),
      });
    });
    show.place = () => {
      const player = this.theatre.here?.player;
      if (this.current === null || !player) return null;
      return { media: this.current.id, second: player.time, playing: player.status === "playing" };
    };
  }

  /** In their order; what cannot be played yet is not among them. */
  readonly list = $derived.by(() => this.show.details?.playlist.data.filter(({ hls_url }) => hls_url !== null) ?? []);

  /** The channel plays these one after the other, and no shows. */
  get onDemand(): boolean {
    return this.show.details?.streamType === ON_DEMAND;
  }

  /** The products, as they are pinned now or were at the moment of the video that is on. */
  get shelf(): Counter {
    return (this.current && this.theatre.here?.shelf) ?? this.show.shelf;
  }

  /** Somebody watches a video, or came for one: a show that begins does not take its place. */
  get occupied(): boolean {
    return this.current !== null || this.linked !== null;
  }

  /** What lies on the cover to be played. Where a show has just ended it is that one's replay, as soon as it is there. */
  readonly offered = $derived.by((): Video | null => {
    if (this.linked) return this.linked;
    if (this.onDemand) return this.list[0] ?? null;
    const { phase, began } = this.show;
    const fresh = this.list.filter(
      (video) => phase !== "ended" || began === null || startOf(video) > began.getTime() - CLOCKS_APART_MS,
    );
    return newest(fresh);
  });

  /** What follows the current one. */
  readonly next = $derived.by((): Video | null => {
    const at = this.list.findIndex(({ id }) => id === this.current?.id);
    return at < 0 ? null : (this.list[at + 1] ?? null);
  });

  /** Looks for what a link leads to. What it leads to may be seen by its editors alone. */
  async lookFor({ id, at }: Moment): Promise<void> {
    this.#at = at;
    try {
      const known = this.list.find((video) => video.id === id);
      this.linked = known ?? (await audience.replay(this.show.slug, id, await this.show.guest()));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.gone = !error.passing;
      if (this.gone) nameInAddress(null);
    }
  }

  /** Plays a video, once it can be, from where its link says, where this viewer left it, or its beginning. */
  watch(video: Video): void {
    const theatre = this.theatre.here;
    if (theatre === null) return;
    const at = video.id === this.linked?.id ? this.#at : null;
    this.#keep();
    this.gone = false;
    // The picture must be on the page while the tap lasts.
    flushSync(() => {
      this.linked = null;
      this.current = video;
      this.replay = null;
    });
    this.#at = null;
    theatre.shelf.chapters = [];
    theatre.questions.chapters = [];
    theatre.chat.clear();
    this.show.away = true;
    nameInAddress(video.id);
    theatre.player.start(video.hls_url ?? "", at ?? leftAt(video.id), video.duration);
    clearInterval(this.#keeping);
    this.#keeping = setInterval(() => this.#keep(), REMEMBER_MS);
    void this.#learn();
  }

  /** Back to the show, or its cover. */
  close(): void {
    this.#keep();
    clearInterval(this.#keeping);
    clearTimeout(this.#again);
    this.theatre.here?.player.load(null);
    this.current = this.linked = this.replay = null;
    this.show.away = false;
    nameInAddress(null);
  }

  /** What was pinned is shown as soon as it is known. */
  async #learn(): Promise<void> {
    clearTimeout(this.#again);
    const video = this.current;
    try {
      await this.#ask();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (video !== null && video === this.current) this.#again = setTimeout(() => void this.#learn(), AGAIN_MS);
    }
  }

  /** The video as it is now, with an address that is good; null where it is gone. Rejects where nobody answers. */
  async #ask(): Promise<Replay | null> {
    const video = this.current;
    if (video === null) return null;
    try {
      const replay = await audience.replay(this.show.slug, video.id, await this.show.guest());
      if (video !== this.current) return null;
      this.replay = replay;
      const theatre = this.theatre.here;
      if (theatre) {
        theatre.shelf.chapters = replay.chapters.data;
        theatre.questions.chapters = replay.questions.data;
      }
      return replay;
    } catch (error) {
      if (!(error instanceof ApiError) || error.passing || video !== this.current) throw error;
      this.close();
      this.gone = true;
      return null;
    }
  }

  async #said(from: number, until: number): Promise<Said[]> {
    if (this.current === null) return [];
    return audience.replayChat(this.show.slug, this.current.id, from, until, await this.show.guest());
  }

  #keep(): void {
    const player = this.theatre.here?.player;
    if (this.current !== null && player) remember(this.current.id, player.time, player.duration);
  }

  #over(): void {
    this.#keep();
    if (this.onDemand && this.next && this.show.phase !== "live") this.watch(this.next);
  }
}
