import type { Texts } from "../en/goods";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  sort: "Trier",
  sortTitle: "Trier les produits",
  sortHint: "Faites glisser un produit ou utilisez les flèches. Les spectateurs les voient dans cet ordre.",
  sorted: "Les produits sont triés",
  more: "Stock, limites et variantes",
  quantity: "Pièces en tout",
  quantityHint: "Vide : pas de stock tenu.",
  quantitySold: (pieces) =>
    count(pieces, { one: "# vendue : elle compte aussi", other: "# vendues : elles comptent aussi" }),
  maxPerBuyer: "Maximum par acheteur",
  maxHint: "Vide : autant qu’on veut.",
  compareAt: "Prix d’avant",
  compareHint: "Affiché barré.",
  sku: "Référence",
  variants: "Déclinaisons",
  variantsHint: "Tailles, couleurs : chacune peut avoir son prix et son stock.",
  variant: (number) => `Déclinaison ${number}`,
  addVariant: "Ajouter une déclinaison",
  up: (name) => `Monter ${name}`,
  down: (name) => `Descendre ${name}`,
  remove: (name) => `Retirer ${name}`,
  name: "Nom",
  options: "Caractéristiques",
  optionsHint: "Par exemple Taille: M; Couleur: rouge",
  price: "Prix",
  priceHint: "Vide : celui du produit.",
  ownHint: "Vide : prise sur les pièces du produit.",
  needCount: "Saisissez un nombre entier, 0 ou plus",
  needOne: "Saisissez un nombre entier, 1 ou plus",
  needHigher: "Il doit dépasser le prix.",
  needName: "Donnez-lui un nom.",
  needOptions: "Écrivez-les ainsi : Taille: M; Couleur: rouge",
  needPrice: (currency) => `Saisissez un prix en ${currency}`,
  sheet: {
    open: "Importer ou exporter",
    title: "Produits en tableau",
    intro:
      "Un fichier CSV en UTF-8 avec une ligne de colonnes comme name, price, quantity, sku. Rien ne change avant votre accord ; téléchargez vos produits pour voir comment il est écrit.",
    file: "Fichier CSV",
    reading: "Lecture du fichier…",
    found: (rows: number) => count(rows, { one: "# ligne.", other: "# lignes." }),
    does: (created: number, updated: number, unchanged: number) =>
      `${created} nouveaux, ${updated} modifiés, ${unchanged} inchangés.`,
    wrong: "Corrigez d’abord ces lignes ; rien n’est importé avant.",
    row: (row: number) => `Ligne ${row} :`,
    more: (number: number) => count(number, { one: "Et # autre.", other: "Et # autres." }),
    take: "Importer",
    taken: (created: number, updated: number) => `${created} produits ajoutés, ${updated} modifiés`,
    download: "Télécharger les produits",
  },
};
