import type { Texts } from "../en/chat";

export const texts: Texts = {
  people: "Personnes dans ce chat",
  copy: "Copier le texte",
  copied: "Texte copié",
  notCopied: "Le texte n’a pas pu être copié.",
  emoji: {
    title: "Émojis",
    search: "Rechercher un émoji",
    none: "Aucun émoji ne porte ce nom.",
    found: "Trouvés",
    recent: "Utilisés récemment",
    smileys: "Visages",
    people: "Personnes et gestes",
    hearts: "Cœurs et symboles",
    shopping: "Achats",
    food: "À manger et à boire",
    nature: "Nature et loisirs",
  },
};
