import type { Texts } from "../en/sign_in";

export const texts: Texts = {
  email: "E-mail",
  password: "Mot de passe",
  passwordHint: "8 caractères au minimum.",
  submit: "Se connecter",
  submitting: "Connexion…",
  wrongPassword: "L’e-mail ou le mot de passe est incorrect.",
  withPasskey: "Utiliser une clé d’accès",
  unknownPasskey: "Cette clé d’accès n’ouvre aucun compte ici.",
  forgot: "Mot de passe oublié ?",
  newHere: "Première visite ? [Créer un compte]",

  createAccount: "Créer le compte",
  creating: "Création…",
  haveAccount: "Déjà un compte ? [Se connecter]",

  forgotText: "Indiquez votre adresse : nous vous enverrons un lien pour choisir un nouveau mot de passe.",
  mailLink: "M’envoyer un lien",
  linkMailed: "Si [cette adresse] a un compte ici, un e-mail avec un lien est en route. Le lien est valable une heure.",
  back: "Retour à la connexion",

  tooLate: "Cela a pris trop de temps. Revenez en arrière et reconnectez-vous.",
  usePasskey: "Utiliser votre clé d’accès",
  or: "ou",
  recoveryCode: "Code de récupération",
  recoveryHint: "L’un des codes que vous avez conservés. Chacun ne sert qu’une fois.",
  appCode: "Code de votre application d’authentification",
  appCodeHint: "Six chiffres. Un nouveau code apparaît toutes les 30 secondes.",
  useApp: "Utiliser l’application d’authentification",
  useRecoveryCode: "Utiliser un code de récupération",
  operatorsNeedMore:
    "Les opérateurs de cette installation ont besoin d’un second facteur. [Configurez-en un] pour continuer.",

  hasPasskey: "Cet appareil a déjà une clé d’accès pour votre compte.",
  passkeysNeedName: "Les clés d’accès ne fonctionnent pas à cette adresse. Ouvrez le site par son vrai nom.",
  passkeyFailed: "Cet appareil n’a pas pu le faire. Essayez une autre clé d’accès.",
};
