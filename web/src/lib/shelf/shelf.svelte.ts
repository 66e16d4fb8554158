import type { DealEnded, DealStarted, ProductStock } from "../../client/events";
import type { Product } from "../../client/types";
import { Timeline, type Change } from "../player/timeline";
import { Told } from "../realtime/told";

/** How often the picture is asked how far it is: often enough for a card to come with its frame. */
const LOOK_MS = 50;

type PinSize = Product["pinned"];

/** What is shown of a shelf, today's or that of a moment of a replay. */
export type Counter = Pick<Shelf, "products" | "featured" | "small" | "card" | "dismiss">;

/** The channel's products as viewers see them, and those that are pinned where in the show they are. */
export class Shelf {
  products = $state.raw<Product[]>([]);
  /** Product id of the card over the video; null when dismissed or nothing is featured. */
  showing = $state<number | null>(null);
  readonly #large = new Timeline();
  /** Of each product that was ever small, when it was. */
  readonly #small = new Map<number, Timeline>();
  #current: Change | null = null;
  #looking: ReturnType<typeof setInterval> | undefined;
  #stopped = false;
  readonly #told = new Told();

  /** `moment` tells the programme time of the picture on screen, ms since the epoch; null: there is none to follow. */
  constructor(private readonly moment: (() => number | null) | null = null) {}

  get featured(): Product | null {
    return this.products.find((product) => product.bumped) ?? null;
  }

  /** Those that stand beside it. */
  get small(): Product[] {
    return this.products.filter((product) => product.pinned === "small");
  }

  get card(): Product | null {
    return this.products.find((product) => product.id === this.showing) ?? null;
  }

  /** Shows what is answered, and on top of it what was told meanwhile: the answer may not know. Rejects as it does. */
  load(answer: Promise<Product[]>): Promise<void> {
    return this.#told.load(answer, (products) => this.#lay(products));
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
      this.#large.drop(product_id);
      this.#small.delete(product_id);
    });
  }

  promote({ product, at, size = "large" }: { product: Product; at: string; size?: PinSize }): void {
    this.#hear(() => this.#put({ ...product, pinned: size, pinned_at: at }));
  }

  unpromote({ product_id, at, size = "large" }: { product_id: number; at: string; size?: PinSize }): void {
    this.#hear(() => (size === "small" ? this.#beside(product_id) : this.#large).add(at, null));
  }

  /** What is left of a product: told at once, wherever in the show the picture is. */
  stock({ product_id, quantity, variants }: ProductStock): void {
    const levels = new Map(variants.map((level) => [level.id, level]));
    this.#hear(() =>
      this.#change(product_id, (product) => ({
        ...product,
        quantity,
        variants: {
          data: product.variants.data.map((variant) => {
            const level = levels.get(variant.id);
            if (!level) return variant;
            const { available, reserved, no_limit } = level;
            return { ...variant, available, quantity: { ...variant.quantity, available, reserved, no_limit } };
          }),
        },
      })),
    );
  }

  startDeal({ product_id, price, ends_at, quantity, before_at_most }: DealStarted): void {
    const deal = { price, ends_at, quantity, left: quantity, before_at_most };
    this.#hear(() => this.#change(product_id, (product) => ({ ...product, deal })));
  }

  endDeal({ product_id }: DealEnded): void {
    this.#hear(() => this.#change(product_id, (product) => ({ ...product, deal: null })));
  }

  order({ product_ids }: { product_ids: number[] }): void {
    const places = new Map(product_ids.map((id, place) => [id, place]));
    const place = ({ id }: Product) => places.get(id) ?? places.size;
    this.#hear(() => (this.products = [...this.products].sort((a, b) => place(a) - place(b))));
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#looking);
  }

  #hear(change: () => void): void {
    this.#told.hear(() => {
      change();
      this.#follow();
    });
  }

  #lay(products: Product[]): void {
    const featured = products.find((product) => product.pinned === "large");
    if (featured) this.#large.end(featured.pinned_at, featured.id);
    else this.#large.clear();
    const beside = new Set(products.filter(({ pinned }) => pinned === "small").map(({ id }) => id));
    for (const id of this.#small.keys()) if (!beside.has(id)) this.#small.delete(id);
    for (const { id, pinned_at } of products.filter((product) => beside.has(product.id)))
      this.#beside(id).end(pinned_at, id);
    this.products = products;
    this.#follow(true);
  }

  #put(product: Product): void {
    if (product.pinned === "large") this.#large.add(product.pinned_at, product.id);
    if (product.pinned === "small") this.#beside(product.id).add(product.pinned_at, product.id);
    const known = this.products.find((other) => other.id === product.id);
    const shown = { ...product, bumped: known?.bumped ?? false, pinned: known?.pinned ?? null };
    this.products = known ? this.products.map((other) => (other === known ? shown : other)) : [...this.products, shown];
  }

  #change(id: number, change: (product: Product) => Product): void {
    this.products = this.products.map((product) => (product.id === id ? change(product) : product));
  }

  #beside(id: number): Timeline {
    let timeline = this.#small.get(id);
    if (!timeline) this.#small.set(id, (timeline = new Timeline()));
    return timeline;
  }

  /** Pins what the picture has come to. Goes on by itself: the picture may go back, too. */
  #follow(anew = false): void {
    const moment = this.moment?.() ?? null;
    const current = this.#large.at(moment);
    const pin = ({ id }: Product): PinSize => {
      if (id === current?.id) return "large";
      return this.#small.get(id)?.at(moment)?.id === id ? "small" : null;
    };
    if (anew || this.products.some((product) => product.pinned !== pin(product)))
      this.products = this.products.map((product) => {
        const pinned = pin(product);
        return product.pinned === pinned ? product : { ...product, pinned, bumped: pinned === "large" };
      });
    if (current !== this.#current) {
      this.#current = current;
      this.showing = current?.id ?? null;
    }
    if (this.moment && !this.#stopped) this.#looking ??= setInterval(() => this.#follow(), LOOK_MS);
  }
}
