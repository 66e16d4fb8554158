import { ApiError } from "../../../client/error";
import { orders as api, type Order, type OrderFilter } from "../../../client/selling";

/** Events come in bursts: so long after one all that came with it are asked for together. */
const GATHER_MS = 400;

type Ask = (filter: OrderFilter, page: number) => Promise<{ items: Order[]; pages: number; total: number }>;

/** The orders a filter finds, as many pages of them as were asked for, kept current. */
export class OrderList {
  value = $state.raw<Order[] | null>(null);
  problem = $state<string | null>(null);
  total = $state(0);
  more = $state(false);
  busy = $state(false);
  /** The newest that came in since the page was opened. */
  fresh = $state.raw<Order | null>(null);
  #pages = 1;
  #turn = 0;
  #gathering: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private filter: OrderFilter,
    private readonly ask: Ask = api.list,
  ) {}

  /** Another filter, from its first page on. */
  choose(filter: OrderFilter): Promise<void> {
    this.filter = filter;
    this.#pages = 1;
    return this.load();
  }

  loadMore(): Promise<void> {
    this.#pages += 1;
    return this.load();
  }

  /** Asks for all pages that are shown; what was there stays until they are. */
  async load(): Promise<void> {
    const turn = (this.#turn += 1);
    this.busy = true;
    try {
      const pages = Array.from({ length: this.#pages }, (_, at) => this.ask(this.filter, at + 1));
      const answers = await Promise.all(pages);
      if (turn !== this.#turn) return;
      // What came in between two answers moved the rest along: some may come twice.
      this.value = [...new Map(answers.flatMap(({ items }) => items).map((order) => [order.id, order])).values()];
      this.total = answers[0]?.total ?? 0;
      this.more = this.#pages < (answers[0]?.pages ?? 0);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn === this.#turn) this.problem = error.message;
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Something happened to an order. */
  hear(): void {
    this.#gathering ??= setTimeout(() => void this.#refresh(), GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.#gathering);
    this.#turn += 1;
  }

  async #refresh(): Promise<void> {
    this.#gathering = undefined;
    const { filter, value } = this;
    const newest = value?.[0]?.number ?? 0;
    await this.load();
    // Another filter finds other orders, and one of a status what came to it long after it came in.
    if (value === null || filter !== this.filter || filter.status !== null || filter.term.trim()) return;
    const first = this.value?.[0];
    if (first && (first.number ?? 0) > newest) this.fresh = first;
  }
}
