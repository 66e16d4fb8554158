import type { Product } from "../../client/types";
import { Timeline, type Change } from "./timeline";

/** How often the picture is asked how far it is: often enough for a card to come with its frame. */
const LOOK_MS = 50;

/** The channel's products as viewers see them, and the one that is featured where in the show they are. */
export class Shelf {
  products = $state.raw<Product[]>([]);
  /** Product id of the card over the video; null when dismissed or nothing is featured. */
  showing = $state<number | null>(null);
  readonly #timeline = new Timeline();
  #current: Change | null = null;
  #looking: ReturnType<typeof setInterval> | undefined;
  #stopped = false;
  /** For each answer that is on its way, what was told meanwhile. */
  readonly #told = new Set<(() => void)[]>();

  /** `moment` tells the programme time of the picture on screen, ms since the epoch; null: there is none to follow. */
  constructor(private readonly moment: (() => number | null) | null = null) {}

  get featured(): Product | null {
    return this.products.find((product) => product.bumped) ?? null;
  }

  get card(): Product | null {
    return this.products.find((product) => product.id === this.showing) ?? null;
  }

  /** Shows what is answered, and on top of it what was told meanwhile: the answer may not know. Rejects as it does. */
  async load(answer: Promise<Product[]>): Promise<void> {
    const told: (() => void)[] = [];
    this.#told.add(told);
    try {
      this.#lay(await answer);
    } finally {
      this.#told.delete(told);
    }
    for (const apply of told) apply();
  }

  dismiss(): void {
    this.showing = null;
  }

  enable(event: { product: Product }): void {
    this.#hear(() => this.#put(event.product));
  }

  disable({ product_id }: { product_id: number }): void {
    this.#hear(() => {
      this.products = this.products.filter((product) => product.id !== product_id);
      this.#timeline.drop(product_id);
    });
  }

  promote({ product, at }: { product: Product; at: string }): void {
    this.#hear(() => this.#put({ ...product, bumped: true, bumped_at: at }));
  }

  unpromote({ at }: { product_id: number; at: string }): void {
    this.#hear(() => this.#timeline.add(at, null));
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#looking);
  }

  #hear(change: () => void): void {
    const apply = () => {
      change();
      this.#follow();
    };
    for (const told of this.#told) told.push(apply);
    apply();
  }

  #lay(products: Product[]): void {
    const featured = products.find((product) => product.bumped);
    if (featured) this.#timeline.end(featured.bumped_at, featured.id);
    else this.#timeline.clear();
    this.products = products.map((product) => ({ ...product, bumped: this.#current?.product === product.id }));
    this.#follow();
  }

  #put(product: Product): void {
    if (product.bumped) this.#timeline.add(product.bumped_at, product.id);
    const shown = { ...product, bumped: this.#current?.product === product.id };
    const known = this.products.some((other) => other.id === product.id);
    this.products = known
      ? this.products.map((other) => (other.id === product.id ? shown : other))
      : [...this.products, shown];
  }

  /** Features what the picture has come to. Goes on by itself: the picture may go back, too. */
  #follow(): void {
    const current = this.#timeline.at(this.moment?.() ?? null);
    if (current !== this.#current) {
      this.#current = current;
      this.products = this.products.map((product) =>
        product.bumped === (product.id === current?.product)
          ? product
          : { ...product, bumped: product.id === current?.product },
      );
      this.showing = current?.product ?? null;
    }
    if (this.moment && !this.#stopped) this.#looking ??= setInterval(() => this.#follow(), LOOK_MS);
  }
}
