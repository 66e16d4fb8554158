import { ApiError } from "../../client/error";
import type { PinnedCoupon } from "../../client/types";
import { emptyContact } from "../../lib/shop/contact";
import { serverNow } from "../../lib/shop/ticking.svelte";
import { Waits, type Wanted } from "../../lib/shop/waits";
import { attempt } from "../../lib/ui/attempt";
import type { Toasts } from "../../lib/ui/toasts.svelte";
import { shop as texts } from "../../texts/shop";
import type { Place } from "./place";
import type { Return } from "./returning";
import type { Show } from "./show.svelte";

/** One viewer in the show's shop: what of it lies beside the picture, and what they wrote there. */
export class ShopVisit {
  place = $state.raw<Place | null>(null);
  /** Kept while the page is open: who closes the shop need not write it again. */
  contact = $state(emptyContact());
  readonly waits: Waits;

  constructor(
    private readonly show: Show,
    private readonly toasts: Toasts,
  ) {
    this.waits = new Waits({
      channel: show.slug,
      guest: () => show.buyer(),
      onoffered: (wanted, until) => this.#offer(wanted, until),
    });
  }

  /** What is kept for this viewer, until it is in the cart. */
  readonly offered = $derived.by(() => {
    const { offer, cart } = this.show;
    if (offer === null || Date.parse(offer.until) <= serverNow()) return null;
    const taken = cart.items.some(
      (item) => item.product_id === offer.product_id && item.variant_id === offer.variant_id,
    );
    return taken ? null : offer;
  });

  openShelf = (): void => this.#open({ kind: "shelf" });
  openProduct = ({ id }: { id: number }): void => this.#open({ kind: "product", id });
  openCart = (): void => {
    this.#open({ kind: "cart" });
    // The provider's form is on the page, and would be asked for anew.
    if (!this.show.cart.paying) void this.show.cart.load();
  };

  async claim({ code }: PinnedCoupon): Promise<void> {
    const { cart } = this.show;
    await cart.claim(code);
    this.toasts.done(
      texts.coupon.kept(code),
      cart.count > 0 ? { label: texts.cart.open, run: this.openCart } : undefined,
    );
  }

  /** Goes on where somebody left for the provider's own page. */
  async comeBack(back: Return): Promise<void> {
    const { cart } = this.show;
    this.place = { kind: "cart" };
    if (!back.cancelled) return cart.follow(back.order);
    await cart.load();
    if (cart.view?.order?.id === back.order) await attempt(this.toasts, () => cart.stepBack());
  }

  /** Shows at once what is kept for who waited; `wanted` is what a mail led them to. */
  async resume(wanted: Wanted | null): Promise<void> {
    const others = this.waits.list.filter(
      ({ product, variant }) => product !== wanted?.product || variant !== wanted.variant,
    );
    for (const each of wanted === null ? others : [...others, wanted]) {
      try {
        await this.waits.look(each);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
    }
    if (wanted !== null) this.openProduct({ id: wanted.product });
  }

  #offer({ product, variant }: Wanted, until: string): void {
    const found = this.show.shelf.products.find(({ id }) => id === product);
    if (!found) return;
    const way = found.variants.data.find(({ id }) => id === variant);
    const name = way ? `${found.name} (${way.name})` : found.name;
    this.show.offer = { product_id: product, variant_id: variant, name, until };
  }

  #open(place: Place): void {
    // In full screen nothing is seen but the picture.
    if (document.fullscreenElement && document.fullscreenElement !== document.documentElement)
      void document.exitFullscreen().catch(() => undefined);
    if (place.kind === "cart") this.toasts.clear();
    this.place = place;
  }
}
