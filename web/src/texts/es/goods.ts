import type { Texts } from "../en/goods";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  sort: "Ordenar",
  sortTitle: "Ordenar los productos",
  sortHint: "Arrastra un producto o usa las flechas. Los espectadores los ven en este orden.",
  sorted: "Los productos están ordenados",
  more: "Existencias, límites y variantes",
  quantity: "Unidades en total",
  quantityHint: "Vacío: sin existencias.",
  quantitySold: (pieces) => count(pieces, { one: "# vendida: también cuenta", other: "# vendidas: también cuentan" }),
  maxPerBuyer: "Máximo por comprador",
  maxHint: "Vacío: sin límite.",
  compareAt: "Precio anterior",
  compareHint: "Se muestra tachado.",
  sku: "Referencia",
  variants: "Variantes",
  variantsHint: "Tallas, colores: cada una puede tener su precio y sus existencias.",
  variant: (number) => `Variante ${number}`,
  addVariant: "Añadir una variante",
  up: (name) => `Subir ${name}`,
  down: (name) => `Bajar ${name}`,
  remove: (name) => `Quitar ${name}`,
  name: "Nombre",
  options: "Opciones",
  optionsHint: "Por ejemplo, Talla: M; Color: rojo",
  price: "Precio",
  priceHint: "Vacío: el del producto.",
  ownHint: "Vacío: de las unidades del producto.",
  needCount: "Escribe un número entero, 0 o más",
  needOne: "Escribe un número entero, 1 o más",
  needHigher: "Debe ser mayor que el precio.",
  needName: "Ponle un nombre.",
  needOptions: "Escríbelas así: Talla: M; Color: rojo",
  needPrice: (currency) => `Escribe un precio en ${currency}`,
};
