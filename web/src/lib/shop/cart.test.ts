import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../client/error";
import type { Cart as View, CartItem, Order } from "../../client/types";
import { Cart, type ShoppingApi } from "./cart.svelte";

const item = (quantity: number): CartItem => ({
  id: 5,
  product_id: 1,
  variant_id: null,
  name: "Walnut lamp",
  variant: null,
  image: "",
  quantity,
  price: 20,
  previous_price: null,
  total: 20 * quantity,
  deal: false,
  available: true,
  left: null,
});

const view = (quantity: number, more: Partial<View> = {}): View => ({
  id: "c1",
  type: "native",
  currency: "EUR",
  items: { data: quantity > 0 ? [item(quantity)] : [] },
  subtotal: 20 * quantity,
  discount: 0,
  total: 20 * quantity,
  coupon: null,
  coupon_error: null,
  hold: "hold",
  expires_at: null,
  payment: "request",
  terms: null,
  checkout_url: null,
  client_secret: null,
  publishable_key: null,
  order: null,
  ...more,
});

let pieces: number;
let asked: unknown[][];
let refused: ApiError | null;
let orders: Pick<Order, "id" | "number" | "status" | "history" | "items" | "total" | "currency">[][];
let pending: boolean;
let kept: Map<string, string>;
let signedIn: boolean;
/** What happens in each pause. */
let pauses: (() => void)[];

const ORDER = {
  id: "o1",
  number: 7,
  status: "paid",
  items: { data: [] as Order["items"]["data"] },
  total: 20,
  currency: "EUR",
} as const satisfies Partial<Record<keyof Order, unknown>>;

function paid() {
  pending = false;
  orders = [[{ ...ORDER, history: { data: [] } }]];
}

function api(): ShoppingApi {
  const answer = async (...what: unknown[]): Promise<View> => {
    asked.push(what);
    if (refused) {
      const error = refused;
      refused = null;
      throw error;
    }
    return view(pieces);
  };
  return {
    cart: async (_channel, coupon, guest) => {
      await answer("look", coupon, guest);
      if (pending) return view(pieces, { order: { id: "o1", number: null, status: "pending", url: "" } });
      return coupon === null ? view(pieces) : view(pieces, { coupon, discount: 2, total: 20 * pieces - 2 });
    },
    add: (_channel, { productId, quantity, viewHash, guest_token }, guest) => {
      pieces += quantity ?? 0;
      return answer("add", productId ?? guest_token, viewHash, guest);
    },
    change: (_channel, cart, line, quantity) => {
      pieces = quantity;
      return answer("change", cart, line, quantity);
    },
    remove: (_channel, cart, line) => {
      pieces = 0;
      return answer("remove", cart, line);
    },
    checkOut: async (_channel, cart, { coupon, total, ui }) => {
      await answer("check out", cart, coupon, total);
      if (ui === "embedded") return view(pieces, { client_secret: "s", publishable_key: "pk" });
      return view(pieces, { order: { id: "o1", number: 7, status: "placed", url: "/purchases/t" } });
    },
    stepBack: (_channel, cart) => answer("step back", cart),
    purchases: async () => (orders.length > 1 ? orders.shift() : orders[0]) as Order[],
  };
}

const open = () =>
  new Cart({
    channel: "lamps",
    guest: async () => (signedIn ? null : "g1"),
    signedIn: () => signedIn,
    evidence: () => ({ viewHash: "v1", referrer: null }),
    api: api(),
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    pause: async () => pauses.shift()?.(),
  });

beforeEach(() => {
  pieces = 0;
  asked = [];
  refused = null;
  orders = [[]];
  pending = false;
  kept = new Map();
  signedIn = false;
  pauses = [];
});

describe("a cart", () => {
  it("is not asked for by who only watches, and is found again by who put something in", async () => {
    await open().resume(null);
    expect(asked).toEqual([]);
    const cart = open();
    await cart.add(1, null, 2);
    expect([cart.count, asked]).toEqual([2, [["add", 1, "v1", "g1"]]]);
    const again = open();
    await again.resume("g1");
    expect(again.count).toBe(2);
  });

  it("comes along to the account that a guest signs in to, once", async () => {
    await open().add(1, null, 1);
    signedIn = true;
    await open().resume("g1");
    await open().resume("g1");
    expect(asked.slice(1)).toEqual([
      ["add", "g1", undefined, null],
      ["look", null, null],
    ]);
  });

  it("is not lost where the server does not answer who signs in", async () => {
    await open().add(1, null, 1);
    signedIn = true;
    const cart = open();
    refused = new ApiError(0, "No connection", "No connection.");
    await cart.resume("g1");
    expect([cart.problem, [...kept.values()]]).toEqual(["No connection.", ["guest"]]);
    await cart.load();
    expect(asked.at(-1)).toEqual(["add", "g1", undefined, null]);
    expect([cart.problem, [...kept.values()]]).toEqual([null, ["account"]]);
  });

  it("changes one after the other, in the order they were asked for", async () => {
    const cart = open();
    await cart.add(1, null, 1);
    await Promise.all([cart.setQuantity(item(1), 3), cart.remove(item(1)), cart.add(1, null, 1)]);
    expect(asked.map(([what]) => what)).toEqual(["add", "change", "remove", "add"]);
    expect([cart.count, cart.busy]).toEqual([1, false]);
  });

  it("shows what is so now where a change is refused, and says why", async () => {
    const cart = open();
    await cart.add(1, null, 1);
    refused = new ApiError(409, "Not enough left", "Only 1 left.");
    await expect(cart.setQuantity(item(1), 3)).rejects.toThrow("Only 1 left.");
    expect(asked.at(-1)).toEqual(["look", null, "g1"]);
    await cart.setQuantity(item(1), 1);
    expect(cart.count).toBe(1);
  });

  it("keeps a claimed code, and asks about it with each change", async () => {
    const cart = open();
    await cart.claim("SAVE");
    expect(asked).toEqual([]);
    await cart.add(1, null, 1);
    expect(cart.view?.discount).toBe(2);
    expect(open().coupon).toBe("SAVE");
    await cart.useCoupon(null);
    expect([cart.view?.discount, open().coupon]).toEqual([0, null]);
  });

  it("says when it cannot be asked for", async () => {
    const cart = open();
    refused = new ApiError(0, "No connection", "No connection.");
    await cart.load();
    expect(cart.problem).toBe("No connection.");
    await cart.load();
    expect(cart.problem).toBeNull();
  });
});

describe("checking out", () => {
  it("agrees to the total that is shown, and has the order in place of the cart", async () => {
    const cart = open();
    await cart.claim("SAVE");
    await cart.add(1, null, 2);
    await cart.checkOut({ name: "Zoe" });
    expect(asked.at(-1)).toEqual(["check out", "c1", "SAVE", 38]);
    expect(cart.bought).toMatchObject({ id: "o1", number: 7, status: "placed", url: "/purchases/t", soldOut: false });
    // The cart is empty by now, and the page says what was in it.
    expect(cart.bought?.receipt).toMatchObject({ items: [{ quantity: 2 }], total: 38, currency: "EUR" });
    expect([cart.count, cart.coupon, kept.size]).toEqual([0, null, 0]);
  });

  it("is confirmed once the server knows of the payment, however late", async () => {
    const cart = open();
    await cart.add(1, null, 1);
    await cart.checkOut({ ui: "embedded" });
    expect([cart.bought, cart.view?.client_secret]).toEqual([null, "s"]);
    await cart.claim("SAVE");
    pending = true;
    pauses = [...Array.from({ length: 60 }, () => () => undefined), paid];
    await cart.follow("o1");
    expect(cart.bought).toMatchObject({ number: 7, status: "paid", soldOut: false, receipt: { total: 20 } });
    expect([cart.waiting, cart.coupon]).toEqual([false, null]);
  });

  it("came to nothing where the order is neither in the cart nor among what was bought", async () => {
    const cart = open();
    await cart.claim("SAVE");
    await cart.follow("o1");
    expect([cart.bought?.status, cart.coupon]).toEqual(["cancelled", "SAVE"]);
  });

  it("goes on looking where the server does not answer, and says what sold out meanwhile", async () => {
    const cart = open();
    refused = new ApiError(0, "No connection", "No connection.");
    const history = { data: [{ at: "", what: "out_of_stock", by: "system", amount: null, note: null }] };
    orders = [[{ ...ORDER, history }]];
    await cart.follow("o1");
    expect(cart.bought).toMatchObject({ status: "paid", soldOut: true });
  });
});
