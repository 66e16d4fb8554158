import type { Texts } from "../en/covers";

export const texts: Texts = {
  title: "Images",
  cover: "Couverture",
  coverHint:
    "Visible dans les listes, avant et après votre émission, et là où son lien est partagé. De préférence 1920 × 1080.",
  background: "Arrière-plan",
  backgroundHint: "Derrière le lecteur, sur les écrans larges.",
  choose: "Choisissez une image ou déposez-la ici",
  replace: "Remplacer",
  remove: "Retirer",
  chooseCover: "Choisir une couverture",
  chooseBackground: "Choisir un arrière-plan",
  removeCover: "Retirer la couverture",
  removeBackground: "Retirer l’arrière-plan",
  dropped: "Déposez-la ici",
  saved: "L’image est affichée",
  removed: "L’image est retirée.",
  undo: "Annuler",
};
