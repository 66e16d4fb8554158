/** Things in an order that does not change under the eyes of who reads them: they stand as they stood until `settle`. */
export class Standing<Thing extends { readonly id: string }> {
  #order = $state.raw<readonly string[]>([]);

  /** `things` are all there are, `belongs` says which of them are listed, `compare` in which order they are to stand. */
  constructor(
    private readonly things: () => readonly Thing[],
    private readonly belongs: (thing: Thing) => boolean,
    private readonly compare: (a: Thing, b: Thing) => number,
  ) {}

  readonly #ranked = $derived.by(() => this.things().filter(this.belongs).sort(this.compare));
  readonly #byId = $derived.by(() => new Map(this.things().map((thing) => [thing.id, thing])));
  readonly #placed = $derived.by(() => new Set(this.#order));

  /** As they stand. One that belongs elsewhere by now still stands here; one that is gone does not. */
  readonly list = $derived.by(() => this.#order.flatMap((id) => this.#byId.get(id) ?? []));

  /** Those that came and have no place yet. */
  readonly fresh = $derived.by(() => this.#ranked.filter(({ id }) => !this.#placed.has(id)));

  /** Whether they would stand otherwise now. */
  readonly moved = $derived.by(() => {
    const ranked = this.#ranked;
    return ranked.length !== this.list.length || this.list.some(({ id }, place) => ranked[place]?.id !== id);
  });

  /** How many are listed, whether or not they have their place. */
  get count(): number {
    return this.#ranked.length;
  }

  settle(): void {
    this.#order = this.#ranked.map(({ id }) => id);
  }

  /** Has one stand before all others, where whoever put it there sees it. */
  putFirst(id: string): void {
    this.#order = [id, ...this.#order.filter((other) => other !== id)];
  }

  /** Takes one away, if it belongs elsewhere by now; the others stay as they stand. */
  leave(id: string): void {
    if (!this.#ranked.some((thing) => thing.id === id)) this.#order = this.#order.filter((other) => other !== id);
  }

  /** Has those without a place follow the others. */
  append(): void {
    this.#order = [...this.#order, ...this.fresh.map(({ id }) => id)];
  }
}
