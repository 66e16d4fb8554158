/** Later than this behind the host's clock, a change is a matter of clocks rather than of the picture: it is shown. */
const LONGEST_WAIT_MS = 60_000;
const REMEMBERED = 50;

/** From `at` on, in programme time (ms since the epoch), `product` is featured; null: none. */
export interface Change {
  readonly at: number;
  readonly product: number | null;
}

/** Which product is featured when: what a player shows depends on where in the show it is. */
export class Timeline {
  #changes: readonly Change[] = [];

  /** A change heard twice is one. `at` is ISO 8601; a time that is none counts as the beginning. */
  add(at: string | null, product: number | null): void {
    const change = { at: Date.parse(at ?? "") || 0, product };
    if (this.#changes.some((known) => known.at === change.at && known.product === product)) return;
    const before = this.#changes.filter((known) => known.at <= change.at);
    this.#changes = [...before, change, ...this.#changes.slice(before.length)].slice(-REMEMBERED);
  }

  /** What was heard is over at this change: nothing is known of later. */
  end(at: string | null, product: number | null): void {
    const time = Date.parse(at ?? "") || 0;
    this.#changes = this.#changes.filter((known) => known.at <= time);
    this.add(at, product);
  }

  /** The product is gone: whenever it was featured, none is. */
  drop(product: number): void {
    this.#changes = this.#changes.map((change) => (change.product === product ? { ...change, product: null } : change));
  }

  clear(): void {
    this.#changes = [];
  }

  /** The change that rules at a moment of the show; the newest where `moment` is null. */
  at(moment: number | null): Change | null {
    const due = (change: Change) =>
      moment === null || change.at <= moment || (Number.isFinite(moment) && change.at > moment + LONGEST_WAIT_MS);
    return this.#changes.findLast(due) ?? null;
  }
}
