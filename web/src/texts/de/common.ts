import type { Texts } from "../en/common";

export const texts: Texts = {
  close: "Schließen",
  cancel: "Abbrechen",
  save: "Speichern",
  saving: "Wird gespeichert …",
  sending: "Wird gesendet …",
  checking: "Wird geprüft …",
  loading: "Wird geladen …",
  oneMoment: "Einen Moment …",
  tryAgain: "Erneut versuchen",
  continue: "Weiter",
  copy: "Kopieren",
  copied: "Kopiert",
  copyThis: (what) => `${what} kopieren`,
  reveal: (what) => `${what} anzeigen`,
  justNow: "gerade eben",
  name: "Name",
  language: "Sprache",
  unsaved: {
    title: "Änderungen verwerfen?",
    text: "Was Sie geschrieben haben, ist noch nicht gespeichert.",
    discard: "Verwerfen",
  },

  you: "Sie",
  yourAccount: (name) => `Ihr Konto, ${name}`,
  studio: "Studio",
  signOut: "Abmelden",

  reminder: "Erinnerung",
  confirmAddress: "Bestätigen Sie Ihre Adresse: Wir haben einen Link an [Ihre Adresse] geschickt.",
  sendAgain: "Noch einmal senden",
  linkSent: "Der Link ist unterwegs. Sehen Sie in Ihre E-Mails.",
  mailsKept: "Hier ist kein Mailserver eingerichtet: Die E-Mail liegt auf dem Server, in DATA/mail.",

  welcome: "Willkommen bei Storecast",
  notLoaded:
    "Das konnte nicht geladen werden. Prüfen Sie Ihre Verbindung, schließen Sie dies und versuchen Sie es erneut.",
  signedOut: "Sie sind abgemeldet",
  signedOutText: "Melden Sie sich an, um weiterzumachen. Was Sie geschrieben haben, ist noch da.",
};
