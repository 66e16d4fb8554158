import { plurals } from "../plurals";

const count = plurals("en");

/** What the host of a running show sees of its sale, and does about it. */
export const texts = {
  title: "Sales in this show",
  titleOffAir: "Sales of the last 24 hours",
  carts: "Open carts",
  orders: "Orders",
  revenue: "Revenue",
  toOrders: "See the orders",
  stale: "The figures could not be loaded. Trying again.",
  coupon: "Coupon",

  left: (pieces: number) => count(pieces, { one: "# left", other: "# left" }),
  inCarts: (pieces: number) => count(pieces, { one: "# in carts", other: "# in carts" }),
  sold: (pieces: number) => count(pieces, { one: "# sold", other: "# sold" }),
  soldOut: "Sold out",
  deal: (price: string) => `Deal: ${price}`,
  small: "Small",

  more: (name: string) => `Pin and deal: ${name}`,
  pins: "Pinned in the picture",
  pinLarge: "Large, over the picture",
  pinSmall: "Small, beside it",
  pinNone: "Not pinned",
  pinHint: "One large and two small at once.",

  flash: "Flash deal",
  flashText: "A better price for a short while, with a countdown in the picture.",
  price: (currency: string) => `Price in ${currency}`,
  usually: (price: string) => `Usually ${price}`,
  bound: "It ends",
  bySeconds: "after a time",
  byPieces: "after a number of pieces",
  seconds: "Seconds",
  pieces: "Pieces",
  start: "Start the deal",
  end: "End the deal",
  started: (name: string) => `The deal on ${name} has begun`,
  ended: (name: string) => `The deal on ${name} is over`,
  needPrice: (price: string) => `Enter a price below ${price}`,
  needCount: (most: string) => `Enter a whole number from 1 to ${most}`,

  couponTitle: "Pin a coupon",
  couponText: "Viewers see it and claim it with one tap. One at a time.",
  couponNone: "There is no coupon that can be used now.",
  couponMake: "To your coupons",
  pin: "Pin",
  unpin: "Unpin",
  pinCoupon: (code: string) => `Pin ${code}`,
  unpinCoupon: (code: string) => `Unpin ${code}`,
  pinnedCoupon: (code: string) => `${code} is pinned`,
  unpinnedCoupon: (code: string) => `${code} is no longer pinned`,
};

export type Texts = typeof texts;
