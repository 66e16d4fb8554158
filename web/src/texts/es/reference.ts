import type { Texts } from "../en/reference";

export const texts: Texts = {
  title: "Referencia de la API",
  operations: "Operaciones",
  search: "Buscar operaciones",
  programs: "Lo mismo en OpenAPI 3.1, para programas",
  none: "Ninguna operación contiene eso.",
  failed: "No se pudo cargar la descripción.",
};
