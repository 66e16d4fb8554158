/** Rows this far out of view are drawn, too, px: a wheel's turn ahead. */
const MARGIN = 400;
/** Until a row has been drawn it is taken to be this high, px. */
const GUESS = 40;
/** The newest is in view where no more than this of it is not, px. */
const END = 48;

/**
 * Which rows of a long list are drawn, and where: only those near the part in view are in the document.
 *
 * Heights are known once a row was drawn. What is being read stays where it is when rows come, go or turn out higher
 * above it; the newest stays in view where it was.
 */
export class Rows {
  /** What of the list is in view, px. */
  top = $state(0);
  view = $state(0);
  /** The newest is in view, and stays there. */
  atEnd = $state(true);
  /** Where to scroll to once the rows are drawn, px. */
  wanted: number | null = null;

  #keys: readonly string[] = [];
  readonly #known = new Map<string, number>();
  /** Where each row ends, px; right for the first `#right` of them. */
  readonly #ends: number[] = [];
  #right = 0;
  /** How far rows are drawn from where they belong: while a finger scrolls, nothing else may. */
  #drift = $state(0);
  #version = $state(0);
  /** The rows before this one came just now above the rest: they are drawn once to learn their heights. */
  #above = $state(0);

  /** How many rows there are. */
  get count(): number {
    return this.#keys.length;
  }

  get height(): number {
    void this.#version;
    return this.#end(this.#keys.length - 1) + this.#drift;
  }

  /** Where a row begins, px. */
  place(index: number): number {
    void this.#version;
    return this.#end(index - 1) + this.#drift;
  }

  /** The rows to draw: from the first up to, not with, the second. */
  get span(): readonly [from: number, until: number] {
    void this.#version;
    const top = this.top - this.#drift;
    const from = this.#at(top - MARGIN);
    const until = Math.min(this.#keys.length, this.#at(top + this.view + MARGIN) + 1);
    return this.#above > 0 ? [0, Math.max(until, this.#above)] : [from, until];
  }

  /** These are the rows now, by their keys. */
  sync(keys: readonly string[]): void {
    const before = this.#keys;
    const anchor = this.atEnd ? null : this.#anchor();
    let same = 0;
    while (same < before.length && same < keys.length && before[same] === keys[same]) same += 1;
    if (same === before.length && same === keys.length) return;
    this.#keys = keys;
    this.#right = Math.min(this.#right, same);
    this.#version += 1;
    if (this.#known.size > 2 * keys.length + 500) this.#forget();
    if (anchor === null) return;
    const [first, offset] = anchor;
    // Where the row that was read has gone, the next one takes its place.
    for (let old = first; old < before.length; old += 1) {
      const index = keys.indexOf(before[old] ?? "");
      if (index < 0) continue;
      if (index > first) this.#above = index - first;
      this.#to(this.place(index) + (old === first ? offset : 0));
      return;
    }
  }

  /** A row that is drawn is this high, px. */
  measured(index: number, height: number): void {
    const key = this.#keys[index];
    // What is out of sight measures nothing.
    if (key === undefined || height === 0) return;
    const change = height - this.#heightOf(key);
    const above = !this.atEnd && this.place(index + 1) <= this.top;
    this.#known.set(key, height);
    if (Math.abs(change) < 0.5) return;
    this.#right = Math.min(this.#right, index);
    this.#version += 1;
    if (!above) return;
    if (this.#scrolling) this.#drift -= change;
    else this.#to(this.top + change);
  }

  /** Rows that came above the rest have their heights now. */
  drawn(): void {
    this.#above = 0;
  }

  #scrolling = false;

  /** The list was scrolled to here, by hand where nobody wanted it. */
  scrolled(top: number): void {
    const left = this.height - top - this.view;
    if (top < this.top - 1 && left > 4) this.atEnd = false;
    else if (left < END && top >= this.top) this.atEnd = true;
    this.top = top;
    this.#scrolling = true;
  }

  /** Scrolling has come to rest: rows go where they belong, and what is in view stays so. */
  rested(): void {
    this.#scrolling = false;
    if (this.#drift === 0) return;
    const top = this.top - this.#drift;
    this.#drift = 0;
    this.#to(top);
  }

  /** Has a row in view. */
  reveal(index: number): void {
    this.rested();
    const [begin, end] = [this.place(index), this.place(index + 1)];
    this.atEnd = index === this.#keys.length - 1;
    if (begin < this.top) this.#to(begin);
    else if (end > this.top + this.view) this.#to(end - this.view);
  }

  #to(top: number): void {
    this.top = this.wanted = Math.max(0, top);
  }

  /** The first row in view, and how much of it is not. */
  #anchor(): [index: number, offset: number] | null {
    if (this.#keys.length === 0) return null;
    const index = this.#at(this.top - this.#drift);
    return [index, this.top - this.place(index)];
  }

  #forget(): void {
    const kept = new Set(this.#keys);
    for (const key of this.#known.keys()) if (!kept.has(key)) this.#known.delete(key);
  }

  #heightOf(key: string): number {
    return this.#known.get(key) ?? GUESS;
  }

  #end(index: number): number {
    for (; this.#right <= index; this.#right += 1)
      this.#ends[this.#right] = (this.#ends[this.#right - 1] ?? 0) + this.#heightOf(this.#keys[this.#right] ?? "");
    return this.#ends[index] ?? 0;
  }

  /** The row at this height of the list, the last where the list is not so high. */
  #at(height: number): number {
    let [low, high] = [0, Math.max(0, this.#keys.length - 1)];
    this.#end(high);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#end(middle) > height) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
