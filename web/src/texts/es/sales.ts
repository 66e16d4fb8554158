import type { Texts } from "../en/sales";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  title: "Ventas de este show",
  titleOffAir: "Ventas de las últimas 24 horas",
  carts: "Carritos abiertos",
  orders: "Pedidos",
  revenue: "Ingresos",
  toOrders: "Ver los pedidos",
  stale: "No se pudieron cargar las cifras. Se intentará de nuevo.",
  coupon: "Cupón",

  left: (pieces) => count(pieces, { one: "queda #", other: "quedan #" }),
  inCarts: (pieces) => count(pieces, { one: "# en carritos", other: "# en carritos" }),
  sold: (pieces) => count(pieces, { one: "# vendido", other: "# vendidos" }),
  soldOut: "Agotado",
  deal: (price) => `Oferta: ${price}`,
  small: "Pequeño",

  more: (name) => `Fijar y oferta: ${name}`,
  pins: "Fijado en la imagen",
  pinLarge: "Grande, sobre la imagen",
  pinSmall: "Pequeño, al lado",
  pinNone: "Sin fijar",
  pinHint: "Uno grande y dos pequeños a la vez.",

  flash: "Oferta relámpago",
  flashText: "Un precio mejor por poco tiempo, con cuenta atrás en la imagen.",
  price: (currency) => `Precio en ${currency}`,
  usually: (price) => `Normalmente ${price}`,
  bound: "Termina",
  bySeconds: "tras un tiempo",
  byPieces: "tras un número de unidades",
  seconds: "Segundos",
  pieces: "Unidades",
  start: "Empezar la oferta",
  end: "Terminar la oferta",
  started: (name) => `La oferta de ${name} ha empezado`,
  ended: (name) => `La oferta de ${name} ha terminado`,
  needPrice: (price) => `Escribe un precio menor que ${price}`,
  needCount: (most) => `Escribe un número entero de 1 a ${most}`,

  couponTitle: "Fijar un cupón",
  couponText: "Los espectadores lo ven y lo consiguen con un toque. Uno a la vez.",
  couponNone: "No hay ningún cupón que se pueda usar ahora.",
  couponMake: "A tus cupones",
  pin: "Fijar",
  unpin: "Soltar",
  pinCoupon: (code) => `Fijar ${code}`,
  unpinCoupon: (code) => `Soltar ${code}`,
  pinnedCoupon: (code) => `${code} está fijado`,
  unpinnedCoupon: (code) => `${code} ya no está fijado`,
};
