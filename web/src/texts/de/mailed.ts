import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "Adresse bestätigen",
    done: "Ihre Adresse ist bestätigt",
    refused: "Dieser Link funktioniert nicht",
    refusedText:
      "Er ist zu alt, unvollständig oder für eine andere Adresse. Lassen Sie sich in Ihrem Konto einen neuen schicken.",
    text: "Mit [dieser Adresse] wurde ein Konto erstellt. Bestätigen Sie nur, wenn Sie das waren.",
    openStudio: "Studio öffnen",
    openAccount: "Konto öffnen",
    confirming: "Wird bestätigt …",
    confirm: "Diese Adresse bestätigen",
  },
  reset: {
    title: "Passwort wählen",
    done: "Ihr Passwort ist gesetzt",
    doneText: "Melden Sie sich damit an. Geräte, die vorher angemeldet waren, sind abgemeldet.",
    signIn: "Anmelden",
    again: "Neues Passwort wählen",
    whose: "Für [diese Adresse]",
    tooOld: "Dieser Link ist zu alt oder wurde schon benutzt.",
    newLink: "Neuen Link holen",
    newPassword: "Neues Passwort",
    set: "Passwort setzen",
  },
};
