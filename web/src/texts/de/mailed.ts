import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "Adresse bestätigen",
    done: "Ihre Adresse ist bestätigt",
    already: "Ihre Adresse ist schon bestätigt",
    alreadyText: "Hier gibt es nichts mehr zu tun.",
    over: "Dieser Link ist abgelaufen",
    overText: "Öffnen Sie Ihr Konto und lassen Sie sich einen neuen schicken.",
    refused: "Dieser Link funktioniert nicht",
    refusedText:
      "Er ist unvollständig oder gehört zu einer anderen Adresse. Öffnen Sie Ihr Konto und lassen Sie sich einen neuen schicken.",
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
    faults: {
      used: "Dieser Link wurde schon benutzt, oder das Passwort wurde inzwischen gesetzt.",
      over: "Dieser Link ist abgelaufen.",
      unknown: "Dieser Link ist unvollständig oder gehört zu einer anderen Adresse.",
    },
    newLink: "Neuen Link holen",
    newPassword: "Neues Passwort",
    set: "Passwort setzen",
  },
};
