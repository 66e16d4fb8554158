import type { Product } from "../../client/types";

/** A promotion later than this behind the host's clock is shown at once rather than held back. */
const LONGEST_HOLD_MS = 20_000;

/**
 * How long to hold a promotion back so that it appears with the frame the host saw.
 * `at` is when the host promoted it, `playing` the programme time of the frame on screen, null when unknown.
 */
export function holdFor(at: string, playing: Date | null): number {
  if (!playing) return 0;
  const ahead = Date.parse(at) - playing.getTime();
  return Number.isFinite(ahead) && ahead > 0 && ahead <= LONGEST_HOLD_MS ? ahead : 0;
}

/** The channel's products as viewers see them, and the one that is featured. */
export class Shelf {
  products = $state.raw<Product[]>([]);
  /** Product id of the card over the video; null when dismissed or nothing is featured. */
  showing = $state<number | null>(null);
  /** A promotion whose frame is still to come, its product as last heard of. */
  #held: Product | null = null;
  #hold: ReturnType<typeof setTimeout> | undefined;
  /** For each answer that is on its way, what was told meanwhile. */
  readonly #told = new Set<(() => void)[]>();

  /** `playing` tells the programme time of the frame on screen. */
  constructor(private readonly playing: () => Date | null = () => null) {}

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
    this.#hear(() => this.#enable(event));
  }

  disable(event: { product_id: number }): void {
    this.#hear(() => this.#disable(event));
  }

  promote(event: { product: Product; at: string }): void {
    this.#hear(() => this.#promote(event));
  }

  unpromote(event: { product_id: number }): void {
    this.#hear(() => this.#unpromote(event));
  }

  stop(): void {
    clearTimeout(this.#hold);
  }

  #hear(apply: () => void): void {
    for (const told of this.#told) told.push(apply);
    apply();
  }

  #lay(products: Product[]): void {
    const before = this.featured?.id ?? null;
    this.products = products;
    const featured = this.featured?.id ?? null;
    if (featured !== before) this.showing = featured;
  }

  #enable({ product }: { product: Product }): void {
    if (this.#held?.id !== product.id) return this.#put(product);
    this.#held = product;
    this.#put({ ...product, bumped: this.featured?.id === product.id });
  }

  #disable({ product_id }: { product_id: number }): void {
    this.products = this.products.filter((product) => product.id !== product_id);
    if (this.showing === product_id) this.showing = null;
    if (this.#held?.id === product_id) this.#held = null;
  }

  #promote({ product, at }: { product: Product; at: string }): void {
    clearTimeout(this.#hold);
    this.#held = product;
    const show = () => {
      const held = this.#held;
      if (held === null) return;
      this.#held = null;
      this.#put(held);
      this.products = this.products.map((other) =>
        other.bumped === (other.id === held.id) ? other : { ...other, bumped: other.id === held.id },
      );
      this.showing = held.id;
    };
    const hold = holdFor(at, this.playing());
    if (hold === 0) show();
    else this.#hold = setTimeout(show, hold);
  }

  #unpromote({ product_id }: { product_id: number }): void {
    if (this.#held?.id === product_id) this.#held = null;
    this.products = this.products.map((product) =>
      product.id === product_id ? { ...product, bumped: false } : product,
    );
    if (this.showing === product_id) this.showing = null;
  }

  #put(product: Product): void {
    const known = this.products.some((other) => other.id === product.id);
    this.products = known
      ? this.products.map((other) => (other.id === product.id ? product : other))
      : [...this.products, product];
  }
}
