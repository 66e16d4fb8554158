import type { Texts } from "../en/chat";

export const texts: Texts = {
  people: "Personas en este chat",
  copy: "Copiar el texto",
  copied: "Texto copiado",
  notCopied: "No se pudo copiar el texto.",
  emoji: {
    title: "Emojis",
    search: "Buscar emojis",
    none: "Ningún emoji se llama así.",
    found: "Encontrados",
    recent: "Usados recientemente",
    smileys: "Caras",
    people: "Personas y gestos",
    hearts: "Corazones y símbolos",
    shopping: "Compras",
    food: "Comida y bebida",
    nature: "Naturaleza y ocio",
  },
};
