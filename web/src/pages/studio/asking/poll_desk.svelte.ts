import type { PollFacts } from "../../../client/asking";
import { ApiError } from "../../../client/error";
import type { PollClosed, PollCounted, PollOpened } from "../../../client/events";
import type { Poll } from "../../../client/types";
import type { PollsListener } from "../../../lib/polls/listener";
import { counted } from "../../../lib/polls/poll";
import { Told } from "../../../lib/realtime/told";

export interface PollDeskApi {
  list(channel: string, page: number): Promise<{ items: Poll[]; pages: number }>;
  create(channel: string, facts: PollFacts): Promise<Poll>;
  update(poll: string, facts: PollFacts): Promise<Poll>;
  remove(poll: string): Promise<unknown>;
  open(poll: string): Promise<Poll>;
  close(poll: string): Promise<Poll>;
}

/** A channel's polls under the hands of who runs its shows. What a method asks for rejects with an `ApiError`. */
export class PollDesk implements PollsListener {
  #all = $state.raw<readonly Poll[]>([]);
  loaded = $state(false);
  loading = $state(false);
  problem = $state<string | null>(null);
  #page = $state(0);
  #pages = $state(1);
  readonly #told = new Told();

  constructor(
    private readonly channel: string,
    private readonly api: PollDeskApi,
  ) {}

  readonly open = $derived.by(() => this.#all.find(({ status }) => status === "open") ?? null);
  /** In the order they were made. */
  readonly drafts = $derived.by(() => this.#all.filter(({ status }) => status === "draft"));
  /** The newest first. */
  readonly over = $derived.by(() =>
    this.#all
      .filter(({ status }) => status === "closed")
      .sort((a, b) => ((a.opened_at ?? "") < (b.opened_at ?? "") ? 1 : -1)),
  );

  get hasMore(): boolean {
    return this.loaded && this.#page < this.#pages;
  }

  /** Anew. What goes wrong shows in `problem`. */
  async load(): Promise<void> {
    this.#page = 0;
    await this.loadMore();
  }

  /** What goes wrong shows in `problem`. */
  async loadMore(): Promise<void> {
    this.loading = true;
    this.problem = null;
    const page = this.#page + 1;
    try {
      await this.#told.load(this.api.list(this.channel, page), ({ items, pages }) => {
        if (page === 1) this.#all = [];
        this.#put(items);
        this.#page = page;
        this.#pages = pages;
      });
      this.loaded = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message;
    } finally {
      this.loading = false;
    }
  }

  /** Saves a draft, a new one where `id` is null. Answers its id. */
  async save(id: string | null, facts: PollFacts): Promise<string> {
    const saved = await (id === null ? this.api.create(this.channel, facts) : this.api.update(id, facts));
    this.#put([saved]);
    return saved.id;
  }

  async remove(id: string): Promise<void> {
    await this.api.remove(id);
    this.#all = this.#all.filter((poll) => poll.id !== id);
  }

  async start(id: string): Promise<void> {
    this.#put([await this.api.open(id)]);
  }

  async close(id: string): Promise<void> {
    this.#put([await this.api.close(id)]);
  }

  opened(poll: PollOpened): void {
    this.#told.hear(() => this.#put([{ ...poll, my_vote: null }]));
  }

  closed(poll: PollClosed): void {
    this.#told.hear(() => this.#put([{ ...poll, my_vote: null }]));
  }

  counted({ id, votes }: PollCounted): void {
    this.#told.hear(() => {
      this.#all = this.#all.map((poll) => (poll.id === id && poll.status === "open" ? counted(poll, votes) : poll));
    });
  }

  #put(polls: readonly Poll[]): void {
    const fresh = new Map(polls.map((poll) => [poll.id, poll]));
    const known = new Set(this.#all.map(({ id }) => id));
    this.#all = [...this.#all.map((poll) => fresh.get(poll.id) ?? poll), ...polls.filter(({ id }) => !known.has(id))];
  }
}
