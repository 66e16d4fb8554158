import type { Texts } from "../en/sales";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  title: "Ventes de cette émission",
  titleOffAir: "Ventes des dernières 24 heures",
  carts: "Paniers ouverts",
  orders: "Commandes",
  revenue: "Recettes",
  toOrders: "Voir les commandes",
  stale: "Les chiffres n’ont pas pu être chargés. Nouvel essai en cours.",
  coupon: "Code promo",

  left: (pieces) => count(pieces, { one: "reste #", other: "reste #" }),
  inCarts: (pieces) => count(pieces, { one: "# au panier", other: "# aux paniers" }),
  sold: (pieces) => count(pieces, { one: "# vendu", other: "# vendus" }),
  soldOut: "Épuisé",
  deal: (price) => `Offre : ${price}`,
  small: "Petit",

  more: (name) => `Épingler et offre : ${name}`,
  pins: "Épinglé à l’image",
  pinLarge: "Grand, sur l’image",
  pinSmall: "Petit, à côté",
  pinNone: "Non épinglé",
  pinHint: "Un grand et deux petits à la fois.",

  flash: "Offre éclair",
  flashText: "Un meilleur prix pour peu de temps, avec un compte à rebours à l’image.",
  price: (currency) => `Prix en ${currency}`,
  usually: (price) => `D’habitude ${price}`,
  bound: "Elle finit",
  bySeconds: "après une durée",
  byPieces: "après un nombre de pièces",
  seconds: "Secondes",
  pieces: "Pièces",
  start: "Lancer l’offre",
  end: "Terminer l’offre",
  started: (name) => `L’offre sur ${name} a commencé`,
  ended: (name) => `L’offre sur ${name} est terminée`,
  needPrice: (price) => `Saisissez un prix inférieur à ${price}`,
  needCount: (most) => `Saisissez un nombre entier de 1 à ${most}`,

  couponTitle: "Épingler un code promo",
  couponText: "Les spectateurs le voient et le prennent d’une touche. Un seul à la fois.",
  couponNone: "Aucun code promo n’est utilisable maintenant.",
  couponMake: "Vers vos codes promo",
  pin: "Épingler",
  unpin: "Détacher",
  pinCoupon: (code) => `Épingler ${code}`,
  unpinCoupon: (code) => `Détacher ${code}`,
  pinnedCoupon: (code) => `${code} est épinglé`,
  unpinnedCoupon: (code) => `${code} n’est plus épinglé`,
};
