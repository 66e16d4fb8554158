/** Later than this behind the host's clock, a change is a matter of clocks rather than of the picture: it is shown. */
const LONGEST_WAIT_MS = 60_000;
const REMEMBERED = 50;

/** From `at` on, in programme time (ms since the epoch), `id` is what the host shows; null: nothing. */
export interface Change<Id extends string | number = number> {
  readonly at: number;
  readonly id: Id | null;
}

/** What the host shows when, by its id: what a player shows of it depends on where in the show it is. */
export class Timeline<Id extends string | number = number> {
  #changes: readonly Change<Id>[] = [];

  /** A change heard twice is one. `at` is ISO 8601; a time that is none counts as the beginning. */
  add(at: string | null, id: Id | null): void {
    const change = { at: Date.parse(at ?? "") || 0, id };
    if (this.#changes.some((known) => known.at === change.at && known.id === id)) return;
    const before = this.#changes.filter((known) => known.at <= change.at);
    this.#changes = [...before, change, ...this.#changes.slice(before.length)].slice(-REMEMBERED);
  }

  /** What was heard is over at this change: nothing is known of later. */
  end(at: string | null, id: Id | null): void {
    const time = Date.parse(at ?? "") || 0;
    this.#changes = this.#changes.filter((known) => known.at <= time);
    this.add(at, id);
  }

  /** It is gone: whenever it was shown, nothing is. */
  drop(id: Id): void {
    this.#changes = this.#changes.map((change) => (change.id === id ? { ...change, id: null } : change));
  }

  clear(): void {
    this.#changes = [];
  }

  /** The change that rules at a moment of the show; the newest where `moment` is null. */
  at(moment: number | null): Change<Id> | null {
    const due = (change: Change<Id>) =>
      moment === null || change.at <= moment || (Number.isFinite(moment) && change.at > moment + LONGEST_WAIT_MS);
    return this.#changes.findLast(due) ?? null;
  }
}
