import type { Chapter, Product } from "../../client/types";
import type { Counter, Shelf } from "./shelf.svelte";

/** What is pinned at a second of a video: the one large product, and those beside it. */
export interface Pinned {
  readonly large: Chapter | null;
  readonly small: readonly Chapter[];
}

/** Of several that are large at once, the one that came last. */
export function pinnedAt(chapters: readonly Chapter[], second: number): Pinned {
  const on = chapters.filter(({ at, until }) => at <= second && second < until);
  const large = on.findLast(({ size }) => size === "large") ?? null;
  const small = on.filter(({ size, product_id }) => size === "small" && product_id !== large?.product_id);
  return { large, small };
}

/** The products of today, pinned as they were at the second of a video that is on screen. */
export class ReplayShelf implements Counter {
  chapters = $state.raw<readonly Chapter[]>([]);
  #dismissed = $state.raw<Chapter | null>(null);

  constructor(
    private readonly today: Shelf,
    private readonly second: () => number,
  ) {}

  /** Who is pinned, in a word: what follows from it is made anew only where that has changed. */
  readonly #key = $derived.by(() => {
    const { large, small } = pinnedAt(this.chapters, this.second());
    return [large, ...small].map((chapter) => (chapter === null ? -1 : this.chapters.indexOf(chapter))).join();
  });
  readonly #pinned = $derived.by((): Pinned => {
    const [large, ...small] = this.#key.split(",").map((at) => this.chapters[Number(at)] ?? null);
    return { large: large ?? null, small: small.filter((chapter) => chapter !== null) };
  });

  readonly products = $derived.by((): Product[] => {
    const { large, small } = this.#pinned;
    const beside = new Set(small.map(({ product_id }) => product_id));
    return this.today.products.map((product) => {
      const bumped = product.id === large?.product_id;
      return { ...product, bumped, pinned: bumped ? "large" : beside.has(product.id) ? "small" : null };
    });
  });

  get featured(): Product | null {
    return this.products.find(({ bumped }) => bumped) ?? null;
  }

  get small(): Product[] {
    return this.products.filter(({ pinned }) => pinned === "small");
  }

  get card(): Product | null {
    return this.#dismissed === this.#pinned.large ? null : this.featured;
  }

  /** What was pinned and is on the shelf no more. */
  readonly gone = $derived.by((): readonly Chapter[] => {
    const here = new Set(this.today.products.map(({ id }) => id));
    const { large, small } = this.#pinned;
    return [...(large ? [large] : []), ...small].filter(
      (chapter) => !here.has(chapter.product_id) && chapter !== this.#dismissed,
    );
  });

  dismiss(): void {
    this.#dismissed = this.#pinned.large;
  }
}
