import type { Texts } from "../en/missing";

export const texts: Texts = {
  title: "Page introuvable",
  heading: "Il n’y a rien ici",
  reason: "Le lien est peut-être ancien ou mal saisi.",
  home: "Vers la page d’accueil",
};
