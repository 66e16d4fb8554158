import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "Confirmez votre adresse",
    done: "Votre adresse est confirmée",
    refused: "Ce lien ne fonctionne pas",
    refusedText:
      "Il est trop ancien, incomplet ou destiné à une autre adresse. Ouvrez votre compte et demandez-en un nouveau.",
    text: "Un compte a été créé avec [cette adresse]. Ne confirmez que si c’était vous.",
    openStudio: "Ouvrir le studio",
    openAccount: "Ouvrir votre compte",
    confirming: "Confirmation…",
    confirm: "Confirmer cette adresse",
  },
  reset: {
    title: "Choisissez un mot de passe",
    done: "Votre mot de passe est défini",
    doneText: "Connectez-vous avec. Les appareils connectés auparavant sont déconnectés.",
    signIn: "Se connecter",
    again: "Choisissez un nouveau mot de passe",
    whose: "Pour [cette adresse]",
    tooOld: "Ce lien est trop ancien ou a déjà servi.",
    newLink: "En demander un nouveau",
    newPassword: "Nouveau mot de passe",
    set: "Définir le mot de passe",
  },
};
