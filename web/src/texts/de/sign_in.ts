import type { Texts } from "../en/sign_in";

export const texts: Texts = {
  email: "E-Mail",
  password: "Passwort",
  passwordHint: "Mindestens 8 Zeichen.",
  submit: "Anmelden",
  submitting: "Anmeldung läuft …",
  wrongPassword: "E-Mail oder Passwort stimmt nicht.",
  withPasskey: "Mit Passkey anmelden",
  unknownPasskey: "Dieser Passkey gehört hier zu keinem Konto.",
  forgot: "Passwort vergessen?",
  newHere: "Neu hier? [Konto erstellen]",

  createAccount: "Konto erstellen",
  creating: "Wird erstellt …",
  haveAccount: "Schon ein Konto? [Anmelden]",

  forgotText: "Nennen Sie uns Ihre Adresse, und wir schicken Ihnen einen Link, mit dem Sie ein neues Passwort wählen.",
  mailLink: "Link zuschicken",
  linkMailed: "Wenn [diese Adresse] hier ein Konto hat, ist eine E-Mail mit einem Link unterwegs. Er gilt eine Stunde.",
  back: "Zurück zur Anmeldung",

  tooLate: "Das hat zu lange gedauert. Gehen Sie zurück und melden Sie sich noch einmal an.",
  usePasskey: "Passkey verwenden",
  or: "oder",
  recoveryCode: "Wiederherstellungscode",
  recoveryHint: "Einer der Codes, die Sie beim Einrichten aufbewahrt haben. Jeder gilt einmal.",
  appCode: "Code aus Ihrer Authenticator-App",
  appCodeHint: "Sechs Ziffern. Alle 30 Sekunden kommt ein neuer Code.",
  useApp: "Authenticator-App verwenden",
  useRecoveryCode: "Wiederherstellungscode verwenden",
  operatorsNeedMore:
    "Betreiber dieser Installation brauchen einen zweiten Faktor. [Richten Sie einen ein], um fortzufahren.",

  hasPasskey: "Dieses Gerät hat schon einen Passkey für Ihr Konto.",
  passkeysNeedName:
    "Passkeys funktionieren unter dieser Adresse nicht. Öffnen Sie die Seite unter ihrem richtigen Namen.",
  passkeyFailed: "Dieses Gerät konnte das nicht. Versuchen Sie es mit einem anderen Passkey.",
};
