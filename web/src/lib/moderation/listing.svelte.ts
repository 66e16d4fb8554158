import { ApiError } from "../../client/error";

interface Page<T> {
  items: T[];
  pages: number;
}

/** A list of the server's that changes while somebody looks at it: it is asked for when they do, and anew when told. */
export class Listing<T extends { id: string }> {
  items = $state.raw<readonly T[] | null>(null);
  problem = $state<string | null>(null);
  more = $state(false);
  loading = $state(false);
  #pages = 0;
  /** Answers to what was asked before the newest question are not shown. */
  #asked = 0;

  constructor(private readonly ask: (page: number) => Promise<Page<T>>) {}

  /** The first page, anew. */
  load(): Promise<void> {
    return this.#load(1);
  }

  /** The next page, below the rest. */
  loadMore(): Promise<void> {
    return this.#load(this.#pages + 1);
  }

  /** Has it without one of its own, which somebody has dealt with. */
  drop(id: string): void {
    this.items = this.items?.filter((item) => item.id !== id) ?? null;
  }

  async #load(page: number): Promise<void> {
    const asked = (this.#asked += 1);
    this.loading = true;
    try {
      const { items, pages } = await this.ask(page);
      if (asked !== this.#asked) return;
      const before = page === 1 ? [] : (this.items ?? []);
      const known = new Set(before.map(({ id }) => id));
      this.items = [...before, ...items.filter(({ id }) => !known.has(id))];
      this.#pages = page;
      this.more = page < pages;
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked === this.#asked) this.problem = error.message;
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}
