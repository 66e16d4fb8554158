import type { Texts } from "../en/chat";

export const texts: Texts = {
  people: "Leute in diesem Chat",
  copy: "Text kopieren",
  copied: "Text kopiert",
  notCopied: "Der Text konnte nicht kopiert werden.",
  emoji: {
    title: "Emojis",
    search: "Emoji suchen",
    none: "So heißt kein Emoji.",
    found: "Gefunden",
    recent: "Zuletzt verwendet",
    smileys: "Gesichter",
    people: "Menschen und Gesten",
    hearts: "Herzen und Zeichen",
    shopping: "Einkaufen",
    food: "Essen und Trinken",
    nature: "Natur und Freizeit",
  },
};
