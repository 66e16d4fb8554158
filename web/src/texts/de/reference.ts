import type { Texts } from "../en/reference";

export const texts: Texts = {
  title: "API-Referenz",
  operations: "Operationen",
  search: "Operationen durchsuchen",
  programs: "Dasselbe als OpenAPI 3.1, für Programme",
  none: "In keiner Operation kommt das vor.",
  failed: "Die Beschreibung konnte nicht geladen werden.",
};
