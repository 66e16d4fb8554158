import { ApiError } from "../../client/error";

/** A list that the server hands out page by page; each `load` appends the next. */
export class Pages<T extends { id: string }> {
  value = $state.raw<T[] | null>(null);
  problem = $state<string | null>(null);
  more = $state(false);
  #page = 0;

  constructor(private readonly ask: (page: number) => Promise<{ items: T[]; pages: number }>) {
    void this.load();
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const { items, pages } = await this.ask(this.#page + 1);
      // What came in since the last page moved the rest along: some may come twice.
      const known = new Set(this.value?.map(({ id }) => id));
      this.value = [...(this.value ?? []), ...items.filter(({ id }) => !known.has(id))];
      this.#page += 1;
      this.more = this.#page < pages;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message;
    }
  }
}
