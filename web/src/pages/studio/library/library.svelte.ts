import { ApiError } from "../../../client/error";
import type { MediaProgress } from "../../../client/events";
import { media, type Span, type Video, type VideoChanges } from "../../../client/media";

/** A channel's videos, kept current by what the room tells. */
export class Library {
  /** In the channel's order; null until they are there. */
  videos = $state.raw<readonly Video[] | null>(null);
  problem = $state<string | null>(null);
  /** The show that became a video while this page was open. */
  fresh = $state<string | null>(null);
  /** Those the room told of before they were known. */
  readonly #announced = new Set<string>();
  /** An answer to an older question is not shown, nor one that may not know of a change made since. */
  #asked = 0;
  #changed = 0;

  constructor(private readonly channel: string) {}

  /** The show that was on last, as far as there is a video of it: of several the first. */
  get lastShow(): Video | null {
    const began = ({ started_at, created_at }: Video) => Date.parse(started_at ?? created_at);
    const shows = (this.videos ?? []).filter(({ origin }) => origin === "show");
    const last = shows.reduce<Video | null>((last, show) => (last && began(last) >= began(show) ? last : show), null);
    const first = last?.session_id && shows.find(({ session_id }) => session_id === last.session_id);
    return first || last;
  }

  async load(): Promise<void> {
    const asked = (this.#asked += 1);
    const changed = this.#changed;
    try {
      const videos = await media.list(this.channel);
      if (asked !== this.#asked) return;
      if (changed !== this.#changed) return await this.load();
      this.videos = videos;
      this.problem = null;
      const show = videos.find(({ id, origin }) => origin === "show" && this.#announced.has(id));
      if (show) this.fresh = show.id;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked === this.#asked) this.problem = error.message;
    }
  }

  /** What a video has become is asked for; how far it is, is told. */
  async hear({ id, status, progress }: MediaProgress): Promise<void> {
    const known = this.videos?.find((video) => video.id === id);
    const goesOn = status === "ready" ? known?.trimming === true : known?.status === status;
    if (known && goesOn && progress > 0 && progress < 1) {
      this.#put({ ...known, progress });
      return;
    }
    if (this.videos && !known) this.#announced.add(id);
    await this.load();
  }

  /** The next show is on: what became of the last is no news any more. */
  showBegan(): void {
    this.#announced.clear();
    this.fresh = null;
  }

  async change(id: string, changes: VideoChanges): Promise<void> {
    this.#put(await media.update(id, changes));
  }

  async remove(id: string): Promise<void> {
    await media.remove(id);
    this.#changed += 1;
    this.videos = (this.videos ?? []).filter((video) => video.id !== id);
  }

  async restore(id: string): Promise<void> {
    await media.restore(id);
    await this.load();
  }

  /** All of them, by their ids. */
  async sort(ids: readonly string[]): Promise<void> {
    const videos = await media.order(this.channel, [...ids]);
    this.#changed += 1;
    this.videos = videos;
  }

  /** Why a trim failed has been read. */
  async dismiss(id: string): Promise<void> {
    this.#put(await media.dismissProblem(id));
  }

  async tryAgain(id: string): Promise<void> {
    this.#put(await media.sync(id));
  }

  async trim(id: string, keep: Span[]): Promise<void> {
    this.#put(await media.trim(id, keep));
  }

  async undoTrim(id: string): Promise<void> {
    this.#put(await media.undoTrim(id));
  }

  async confirmTrim(id: string): Promise<void> {
    this.#put(await media.confirmTrim(id));
  }

  async clip(id: string, span: Span, name: string): Promise<void> {
    await media.clip(id, span, name);
    await this.load();
  }

  #put(video: Video): void {
    this.#changed += 1;
    this.videos = (this.videos ?? []).map((each) => (each.id === video.id ? video : each));
  }
}
