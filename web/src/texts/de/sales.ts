import type { Texts } from "../en/sales";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  title: "Verkauf in dieser Show",
  titleOffAir: "Verkauf der letzten 24 Stunden",
  carts: "Offene Warenkörbe",
  orders: "Bestellungen",
  revenue: "Umsatz",
  toOrders: "Bestellungen ansehen",
  stale: "Die Zahlen konnten nicht geladen werden. Es wird wieder versucht.",
  coupon: "Gutschein",

  left: (pieces) => count(pieces, { one: "noch #", other: "noch #" }),
  inCarts: (pieces) => count(pieces, { one: "# im Warenkorb", other: "# in Warenkörben" }),
  sold: (pieces) => count(pieces, { one: "# verkauft", other: "# verkauft" }),
  soldOut: "Ausverkauft",
  deal: (price) => `Angebot: ${price}`,
  small: "Klein",

  more: (name) => `Anheften und Angebot: ${name}`,
  pins: "Im Bild",
  pinLarge: "Groß, über dem Bild",
  pinSmall: "Klein, daneben",
  pinNone: "Nicht angeheftet",
  pinHint: "Ein großes und zwei kleine zugleich.",

  flash: "Blitzangebot",
  flashText: "Ein besserer Preis für kurze Zeit, mit Countdown im Bild.",
  price: (currency) => `Preis in ${currency}`,
  usually: (price) => `Sonst ${price}`,
  bound: "Es endet",
  bySeconds: "nach Zeit",
  byPieces: "nach Stückzahl",
  seconds: "Sekunden",
  pieces: "Stücke",
  start: "Angebot starten",
  end: "Angebot beenden",
  started: (name) => `Das Angebot für ${name} läuft`,
  ended: (name) => `Das Angebot für ${name} ist vorbei`,
  needPrice: (price) => `Geben Sie einen Preis unter ${price} ein`,
  needCount: (most) => `Geben Sie eine ganze Zahl von 1 bis ${most} ein`,

  couponTitle: "Gutschein anheften",
  couponText: "Wer zusieht, sieht ihn und holt ihn sich mit einem Tippen. Einer zurzeit.",
  couponNone: "Es gibt keinen Gutschein, der jetzt gilt.",
  couponMake: "Zu Ihren Gutscheinen",
  pin: "Anheften",
  unpin: "Ablösen",
  pinCoupon: (code) => `${code} anheften`,
  unpinCoupon: (code) => `${code} ablösen`,
  pinnedCoupon: (code) => `${code} ist angeheftet`,
  unpinnedCoupon: (code) => `${code} ist nicht mehr angeheftet`,
};
