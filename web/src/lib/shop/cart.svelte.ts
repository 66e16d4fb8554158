import { shopping, type Guest } from "../../client/shop";
import { ApiError } from "../../client/error";
import type { Cart as View, CartItem, CartOrder, Checkout, Order } from "../../client/types";

const PLACED_POLL_MS = 1_500;
/** A webhook may be late; after this the page says that it waits, and looks on from time to time. */
const PATIENCE_MS = 60_000;
const SLOW_POLL_MS = 10_000;

export type ShoppingApi = typeof shopping;
export type CartStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface CartOptions {
  /** The channel's id or slug. */
  channel: string;
  /** A guest's token; null where somebody is signed in. */
  guest: () => Promise<Guest>;
  signedIn: () => boolean;
  /** The view it is bought in, as heartbeats name it, and where the viewer came from. */
  evidence: () => { viewHash: string; referrer: string | null };
  api?: ShoppingApi;
  storage?: CartStorage;
  pause?: (ms: number) => Promise<void>;
}

/** What somebody bought, as far as it is known here. */
export interface Bought {
  id: string;
  number: number | null;
  status: Order["status"];
  /** Where their own page of it is; null where only the mail says. */
  url: string | null;
  /** It was paid, and there was none left: the money goes back. */
  soldOut: boolean;
  /** What it is; null while that is not known. */
  receipt: Receipt | null;
}

/** Amounts are in major units of the currency. */
export interface Receipt {
  items: readonly Pick<CartItem, "id" | "name" | "variant" | "quantity" | "total">[];
  total: number;
  currency: string;
}

function receiptOf({ items, total, currency }: View | Order): Receipt {
  return { items: items.data, total, currency };
}

function known({ id, number, status, url }: CartOrder, view: View | null): Bought {
  const receipt = view && receiptOf(view);
  return { id, number, status: status as Order["status"], url, soldOut: false, receipt };
}

/** Somebody's cart on a channel. What changes it is done one after the other; each answer is the whole cart. */
export class Cart {
  view = $state.raw<View | null>(null);
  /** Why it could not be asked for. */
  problem = $state<string | null>(null);
  /** How many changes are on their way. */
  pending = $state(0);
  /** What was claimed or entered: asked about with each look, and sent along at checkout. */
  coupon = $state<string | null>(null);
  bought = $state.raw<Bought | null>(null);
  /** Whether what was bought takes long to be confirmed. */
  waiting = $state(false);

  readonly #api: ShoppingApi;
  readonly #storage: CartStorage;
  readonly #pause: (ms: number) => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();
  #looking = 0;
  /** The token of the guest whose cart is still to come along. */
  #unbrought: string | null = null;

  constructor(private readonly options: CartOptions) {
    this.#api = options.api ?? shopping;
    this.#storage = options.storage ?? window.localStorage;
    this.#pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.coupon = this.#storage.getItem(this.#key("coupon"));
  }

  get items(): CartItem[] {
    return this.view?.items.data ?? [];
  }

  /** How many pieces are in it. */
  get count(): number {
    return this.items.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** Whether the provider's form is on the page. */
  get paying(): boolean {
    return this.view?.order?.status === "pending" && this.view.client_secret !== null;
  }

  get busy(): boolean {
    return this.pending > 0;
  }

  /**
   * Looks what is in it, where this browser may have one: thousands only watch. What a guest here had, whose token this is,
   * comes along to the account that is signed in now.
   */
  async resume(guest_token: string | null): Promise<void> {
    const whose = this.#storage.getItem(this.#key("cart"));
    this.#unbrought = this.options.signedIn() && whose === "guest" ? guest_token : null;
    if (!this.options.signedIn() && whose === null) this.view = null;
    else await this.load();
  }

  /** Never rejects for want of an answer: `problem` says so. */
  async load(): Promise<void> {
    try {
      await this.#ask((guest) => (this.#unbrought === null ? this.#look(guest) : this.#bring(this.#unbrought, guest)));
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message;
    }
  }

  /** Rejects with an `ApiError`; then the cart is as it was. */
  async add(productId: number, variantId: number | null, quantity: number): Promise<void> {
    const { viewHash, referrer } = this.options.evidence();
    const addition = { productId, variantId, quantity, viewHash, referrer };
    await this.#change((guest) => this.#api.add(this.options.channel, addition, guest));
  }

  async setQuantity(item: CartItem, quantity: number): Promise<void> {
    await this.#change((guest) => this.#api.change(this.options.channel, this.#id(), item.id, quantity, guest));
  }

  async remove(item: CartItem): Promise<void> {
    await this.#change((guest) => this.#api.remove(this.options.channel, this.#id(), item.id, guest));
  }

  /** Takes something off where it is good; `view.coupon_error` says where it is not. Null: without one. */
  async useCoupon(code: string | null): Promise<void> {
    this.#keepCoupon(code?.trim() || null);
    await this.load();
  }

  /** A code to use once there is something to use it on. */
  async claim(code: string): Promise<void> {
    this.#keepCoupon(code);
    if (this.items.length > 0) await this.load();
  }

  /** Sends the order, or opens its payment. Rejects with an `ApiError`. */
  async checkOut(asked: Checkout): Promise<void> {
    const { viewHash } = this.options.evidence();
    const coupon = this.view?.coupon ?? null;
    const total = this.view?.total ?? null;
    await this.#ask(async (guest) => {
      const view = await this.#api.checkOut(
        this.options.channel,
        this.#id(),
        { ...asked, viewHash, coupon, total },
        guest,
      );
      if (view.order && view.order.status !== "pending") this.#placed(view.order);
      else this.#show({ ...view, coupon });
    });
  }

  /** Does not pay after all: what is in the cart can be changed again. */
  async stepBack(): Promise<void> {
    await this.#change((guest) => this.#api.stepBack(this.options.channel, this.#id(), guest));
  }

  /** Looks until an order is paid, or has come to something else; the provider may tell the server late. */
  async follow(id: string): Promise<void> {
    const looking = ++this.#looking;
    this.bought = { id, number: null, status: "pending", url: null, soldOut: false, receipt: null };
    for (let waited = 0; looking === this.#looking;) {
      const found = await this.#lookUp(id);
      if (looking !== this.#looking) return;
      if (found) this.bought = found;
      this.waiting = this.bought.status === "pending" && waited >= PATIENCE_MS;
      if (this.bought.status !== "pending") {
        if (this.bought.status !== "cancelled") this.#keepCoupon(null);
        await this.load();
        return;
      }
      const pause = waited < PATIENCE_MS ? PLACED_POLL_MS : SLOW_POLL_MS;
      await this.#pause(pause);
      waited += pause;
    }
  }

  /** Goes on shopping after what was bought. */
  forgetBought(): void {
    this.#looking += 1;
    this.bought = null;
    this.waiting = false;
  }

  async #bring(guest_token: string, guest: Guest): Promise<void> {
    let view: View | null = null;
    try {
      view = await this.#api.add(this.options.channel, { guest_token }, guest);
    } catch (error) {
      // Refused, a guest who has been away for too long had nothing any more. Without an answer the next look asks again.
      if (!(error instanceof ApiError) || error.passing) throw error;
    }
    this.#unbrought = null;
    if (view !== null) this.#show(view);
    // Answers to changes do not know of the coupon.
    if (view === null || (this.coupon !== null && this.items.length > 0)) await this.#look(guest);
  }

  /**
   * Asked for the cart, the server asks the provider; an order that is placed has left it, and is among the purchases. One
   * that is in neither came to nothing. Null where it cannot be told now.
   */
  async #lookUp(id: string): Promise<Bought | null> {
    try {
      const guest = await this.options.guest();
      const { order } = await this.#api.cart(this.options.channel, null, guest);
      if (order?.id === id && order.status === "pending") return known(order, null);
      const found = (await this.#api.purchases(guest)).find((each) => each.id === id);
      if (!found) return { id, number: null, status: "cancelled", url: null, soldOut: false, receipt: null };
      const soldOut = found.history.data.some(({ what }) => what === "out_of_stock");
      return { id, number: found.number, status: found.status, url: null, soldOut, receipt: receiptOf(found) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return null;
    }
  }

  #placed(order: CartOrder): void {
    this.bought = known(order, this.view);
    this.#keepCoupon(null);
    this.#show(null);
  }

  #id(): string {
    return this.view?.id ?? "";
  }

  async #look(guest: Guest): Promise<void> {
    this.#show(await this.#api.cart(this.options.channel, this.coupon, guest));
  }

  async #change(send: (guest: Guest) => Promise<View>): Promise<void> {
    await this.#ask(async (guest) => {
      try {
        this.#show(await send(guest));
      } catch (error) {
        // What was shown is no longer so: somebody was faster, or another tab.
        if (error instanceof ApiError && (error.status === 409 || error.status === 404)) await this.#look(guest);
        throw error;
      }
      // Answers to changes do not know of the coupon.
      if (this.coupon !== null && this.items.length > 0) await this.#look(guest);
    });
  }

  /** One after the other, in the order they were asked for. */
  async #ask(run: (guest: Guest) => Promise<void>): Promise<void> {
    this.pending += 1;
    const turn = this.#last.then(async () => run(await this.options.guest()));
    this.#last = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      this.pending -= 1;
    }
  }

  #show(view: View | null): void {
    this.view = view;
    if (this.#unbrought !== null) return;
    const whose = this.options.signedIn() ? "account" : "guest";
    if (this.items.length > 0) this.#storage.setItem(this.#key("cart"), whose);
    else this.#storage.removeItem(this.#key("cart"));
  }

  #keepCoupon(code: string | null): void {
    this.coupon = code;
    if (code === null) this.#storage.removeItem(this.#key("coupon"));
    else this.#storage.setItem(this.#key("coupon"), code);
  }

  #key(what: "cart" | "coupon"): string {
    return `storecast.${what}.${this.options.channel}`;
  }
}
