import type { Texts } from "../en/common";

export const texts: Texts = {
  close: "Fermer",
  cancel: "Annuler",
  save: "Enregistrer",
  saving: "Enregistrement…",
  sending: "Envoi…",
  checking: "Vérification…",
  loading: "Chargement…",
  oneMoment: "Un instant…",
  tryAgain: "Réessayer",
  continue: "Continuer",
  copy: "Copier",
  copied: "Copié",
  copyThis: (what) => `Copier : ${what}`,
  reveal: (what) => `Afficher : ${what}`,
  justNow: "à l’instant",
  name: "Nom",
  language: "Langue",
  unsaved: {
    title: "Abandonner les modifications ?",
    text: "Ce que vous avez saisi n’est pas encore enregistré.",
    discard: "Abandonner",
  },

  you: "Vous",
  yourAccount: (name) => `Votre compte, ${name}`,
  studio: "Studio",
  signOut: "Se déconnecter",

  reminder: "Rappel",
  confirmAddress: "Confirmez votre adresse : nous avons envoyé un lien à [votre adresse].",
  sendAgain: "Renvoyer",
  linkSent: "Le lien est en route. Consultez votre messagerie.",
  mailsKept: "Aucun serveur de courrier n’est configuré ici : l’e-mail se trouve sur le serveur, dans DATA/mail.",

  welcome: "Bienvenue sur Storecast",
  notLoaded: "Le chargement a échoué. Vérifiez votre connexion, fermez cette fenêtre et réessayez.",
  signedOut: "Vous êtes déconnecté",
  signedOutText: "Connectez-vous pour continuer. Ce que vous avez écrit est toujours là.",
};
