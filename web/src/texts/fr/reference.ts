import type { Texts } from "../en/reference";

export const texts: Texts = {
  title: "Référence de l’API",
  operations: "Opérations",
  search: "Rechercher une opération",
  programs: "La même en OpenAPI 3.1, pour les programmes",
  none: "Aucune opération ne contient cela.",
  failed: "La description n’a pas pu être chargée.",
};
