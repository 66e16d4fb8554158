import type { Texts } from "../en/uploads";

export const texts: Texts = {
  choose: "Choisir des vidéos",
  drop: "ou déposez-les ici",
  formats: (size) => `MP4, MOV, WebM, MKV ou MPEG, jusqu’à ${size}`,
  beginning: "Préparation…",
  progress: (here, size) => `${here} sur ${size}`,
  speed: (speed) => `${speed} par seconde`,
  left: (time) => `encore ${time}`,
  stalled: "La connexion est perdue. L’envoi reprendra tout seul.",
  paused: (here, size) => `En pause à ${here} sur ${size}`,
  sent: "Envoyé. La vidéo est dans votre liste.",
  failed: "Cela n’a pas fonctionné.",
  pause: (file) => `Mettre ${file} en pause`,
  resume: "Reprendre",
  retry: "Réessayer",
  cancel: (file) => `Annuler l’envoi de ${file}`,
  cancelTitle: "Annuler l’envoi ?",
  cancelText: (file) =>
    `Ce qui a déjà été envoyé de ${file} est supprimé. Pour une simple interruption, mettez-le en pause.`,
  cancelAction: "Supprimer ce qui a été envoyé",
  remove: (file) => `Retirer ${file} de la liste`,
  notVideo: (file) =>
    `${file} n’est pas une vidéo que Storecast peut utiliser. Choisissez MP4, MOV, WebM, MKV ou MPEG.`,
  empty: (file) => `${file} est vide.`,
  tooLarge: (file, most) => `${file} est trop volumineux : les vidéos peuvent aller jusqu’à ${most}.`,
};
