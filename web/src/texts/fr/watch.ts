import type { Texts } from "../en/watch";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  title: "En direct",
  loading: "Chargement de l’émission",
  signIn: "Se connecter",
  signOut: "Se déconnecter",
  account: "Compte",
  studio: "Studio",
  show: "Cette émission",
  products: "Produits",
  productsInShow: "Produits de cette émission",
  openProducts: (products) => count(products, { one: "Produits : #", other: "Produits : #" }),
  viewers: (viewers) => count(viewers, { one: "# personne regarde", other: "# personnes regardent" }),
  host: "Hôte",
  live: "EN DIRECT",
  follow: "Suivre",
  following: "Suivi",
  share: "Partager",
  linkCopied: "Lien copié",
  linkNotCopied: "Le lien n’a pas pu être copié. Copiez-le depuis la barre d’adresse.",
  about: "À propos de cette émission",
  more: "Plus",
  opensTab: "s’ouvre dans un nouvel onglet",
  described: (host) => `${host} présente des produits en direct.`,
  missing: {
    title: "Il n’y a pas d’émission ici",
    reason: "Le lien est peut-être ancien ou mal saisi. Demandez-en un nouveau.",
    home: "Vers la page d’accueil",
  },
  unreachable: {
    title: "L’émission est injoignable",
    reason: "Vérifiez votre connexion. Nous réessayons automatiquement.",
    again: "Réessayer maintenant",
  },
  part: {
    missing: "Une partie de cette page n’a pas été chargée. Nous réessayons automatiquement.",
    reload: "Recharger la page",
  },
  ended: {
    title: "L’émission est terminée",
    thanks: "Merci d’avoir regardé.",
    products: "Les produits sont toujours là.",
  },
  soon: {
    title: "L’émission commence dans",
    now: "D’un instant à l’autre…",
    days: (days) => count(days, { one: "jour", other: "jours" }),
    hours: (hours) => count(hours, { one: "heure", other: "heures" }),
    minutes: (minutes) => count(minutes, { one: "minute", other: "minutes" }),
    seconds: (seconds) => count(seconds, { one: "seconde", other: "secondes" }),
  },
  idle: {
    title: "Pas de direct pour le moment",
    wait: "Restez ici : l’émission commencera toute seule.",
  },
  gate: {
    signInTitle: "Connectez-vous pour regarder",
    signInReason: "Cette émission est ouverte à toute personne connectée. Aucun code n’est nécessaire.",
    title: "Cette émission est privée",
    reason: "Saisissez le code de votre invitation pour regarder.",
    code: "Code d’invitation",
    watch: "Regarder",
    opening: "Ouverture…",
    team: "Vous êtes de l’équipe ? [Se connecter]",
    wrong: "Ce code n’ouvre pas cette émission.",
    tooMany: "Trop de tentatives. Attendez une minute, puis réessayez.",
  },
  reminder: {
    ask: "M’écrire quand [host] est en direct",
    on: "Nous vous écrirons quand [host] sera en direct.",
    unconfirmed: "Confirmez votre adresse et nous vous écrirons quand [host] sera en direct.",
    host: "l’hôte",
    undo: "Annuler",
  },
};
