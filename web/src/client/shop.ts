/** The calls of who buys: cart, checkout, orders of one's own. */
import { client, data } from "./calls";
import { holding } from "./transport";
import type { CartAddition, Checkout } from "./types";

/** `guest` is a guest's token; null where somebody is signed in. */
export type Guest = string | null;

function at(channel_ref: string) {
  return { params: { path: { channel_ref } } };
}

function within(channel_ref: string, first: string, second: string) {
  return { params: { path: { channel_ref, first, second } } };
}

export const shopping = {
  cart: (channel: string, coupon: string | null, guest: Guest) =>
    data(
      client.GET("/api/v1/events/event/{channel_ref}/cart", {
        params: { path: { channel_ref: channel }, query: { coupon } },
        fetch: holding(guest),
      }),
    ),
  add: (channel: string, addition: CartAddition, guest: Guest) =>
    data(
      client.POST("/api/v1/events/event/{channel_ref}/cart", { ...at(channel), body: addition, fetch: holding(guest) }),
    ),
  change: (channel: string, cart: string, item: number, quantity: number, guest: Guest) =>
    data(
      client.PATCH("/api/v1/events/event/{channel_ref}/cart/{first}/{second}", {
        ...within(channel, cart, String(item)),
        body: { quantity },
        fetch: holding(guest),
      }),
    ),
  remove: (channel: string, cart: string, item: number, guest: Guest) =>
    data(
      client.DELETE("/api/v1/events/event/{channel_ref}/cart/{first}/{second}", {
        ...within(channel, cart, String(item)),
        fetch: holding(guest),
      }),
    ),
  /** Sends the order, or begins to pay it, as the cart's `payment` says. */
  checkOut: (channel: string, cart: string, asked: Checkout, guest: Guest) =>
    data(
      client.PUT("/api/v1/events/event/{channel_ref}/cart/{first}/{second}", {
        ...within(channel, "native", cart),
        body: asked,
        fetch: holding(guest),
      }),
    ),
  stepBack: (channel: string, cart: string, guest: Guest) =>
    data(
      client.DELETE("/api/v1/events/event/{channel_ref}/cart/{first}", {
        params: { path: { channel_ref: channel, first: cart } },
        fetch: holding(guest),
      }),
    ),
  purchases: (guest: Guest) => data(client.GET("/api/v1/purchases", { fetch: holding(guest) })),
};

/** One's own order, by the link that was mailed. */
export const purchase = (token: string) =>
  data(client.GET("/api/v1/purchases/{token}", { params: { path: { token } } }));

export const waitlist = {
  place: (channel_ref: string, product_id: number, variantId: number | null, guest: Guest) =>
    data(
      client.GET("/api/v1/events/{channel_ref}/products/{product_id}/waitlist", {
        params: { path: { channel_ref, product_id }, query: { variantId } },
        fetch: holding(guest),
      }),
    ),
  /** Answers how somebody stands in the line for what is sold out. */
  join: (
    channel_ref: string,
    product_id: number,
    asked: { variantId: number | null; email: string | null },
    guest: Guest,
  ) =>
    data(
      client.POST("/api/v1/events/{channel_ref}/products/{product_id}/waitlist", {
        params: { path: { channel_ref, product_id } },
        body: asked,
        fetch: holding(guest),
      }),
    ),
};
