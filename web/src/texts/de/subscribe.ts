import type { Texts } from "../en/subscribe";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  title: "Bescheid geben",
  intro: "Wir geben Bescheid, wenn [show] beginnt.",
  by: "Wie",
  email: "Per E-Mail",
  sms: "Per SMS",
  address: "E-Mail-Adresse",
  country: "Land",
  number: "Handynummer",
  when: "Wann",
  start: "Zu Beginn",
  before: {
    minutes: (minutes) => count(minutes, { one: "# Minute vorher", other: "# Minuten vorher" }),
    hours: (hours) => count(hours, { one: "# Stunde vorher", other: "# Stunden vorher" }),
    days: (days) => count(days, { one: "# Tag vorher", other: "# Tage vorher" }),
  },
  send: "Bescheid geben",
  sending: "Wird gesendet …",
  consent: "In jeder Nachricht steht, wie man sie abbestellt.",
  mailedTitle: "Sehen Sie in Ihr Postfach",
  mailed: "Wir haben an [address] geschrieben. Bestätigen Sie über den Link dort; vorher senden wir nichts weiter.",
  spam: "Nach ein paar Minuten nichts da? Sehen Sie bei den unerwünschten E-Mails nach.",
  codeTitle: "Code eingeben",
  codeSent: "Wir haben einen Code an [number] gesendet.",
  code: "Code",
  codeHint: "Sechs Ziffern, 10 Minuten gültig",
  confirm: "Bestätigen",
  other: "Andere Adresse verwenden",
  otherNumber: "Andere Nummer verwenden",
  doneTitle: "Wir geben Bescheid",
  done: "Sie bekommen eine SMS, wenn die Show beginnt. Mit STOP als Antwort bestellen Sie sie ab.",
  close: "Schließen",
  calendar: "In den Kalender",
  calendarMenu: "In welchen Kalender",
  file: "Apple und andere (ICS)",
  google: "Google Kalender",
  outlook: "Outlook",
  opensTab: "öffnet einen neuen Tab",
};
