import type { Texts } from "../en/goods";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  sort: "Sortieren",
  sortTitle: "Regal sortieren",
  sortHint: "Ziehen Sie ein Produkt, oder benutzen Sie die Pfeile. Wer zusieht, sieht sie so geordnet.",
  sorted: "Das Regal ist sortiert",
  more: "Bestand, Grenzen und Varianten",
  quantity: "Stücke insgesamt",
  quantityHint: "Leer: ohne Bestand.",
  quantitySold: (pieces) => count(pieces, { one: "# verkauft: zählt mit", other: "# verkauft: zählen mit" }),
  maxPerBuyer: "Höchstens pro Käufer",
  maxHint: "Leer: beliebig viele.",
  compareAt: "Preis vorher",
  compareHint: "Wird durchgestrichen gezeigt.",
  sku: "Artikelnummer",
  variants: "Varianten",
  variantsHint: "Größen, Farben: jede mit eigenem Preis und Bestand, wenn Sie möchten.",
  variant: (number) => `Variante ${number}`,
  addVariant: "Variante hinzufügen",
  up: (name) => `${name} nach oben`,
  down: (name) => `${name} nach unten`,
  remove: (name) => `${name} entfernen`,
  name: "Bezeichnung",
  options: "Merkmale",
  optionsHint: "Zum Beispiel Größe: M; Farbe: Rot",
  price: "Preis",
  priceHint: "Leer: der des Produkts.",
  ownHint: "Leer: aus dem Bestand des Produkts.",
  needCount: "Geben Sie eine ganze Zahl ab 0 ein",
  needOne: "Geben Sie eine ganze Zahl ab 1 ein",
  needHigher: "Er muss über dem Preis liegen.",
  needName: "Geben Sie einen Namen ein.",
  needOptions: "Schreiben Sie sie so: Größe: M; Farbe: Rot",
  needPrice: (currency) => `Geben Sie einen Preis in ${currency} ein`,
};
