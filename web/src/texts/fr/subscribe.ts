import type { Texts } from "../en/subscribe";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  title: "Me prévenir",
  intro: "Nous vous prévenons quand [show] commence.",
  by: "Comment",
  email: "Par e-mail",
  sms: "Par SMS",
  address: "Adresse e-mail",
  country: "Pays",
  number: "Numéro de mobile",
  when: "Quand",
  start: "Au début",
  before: {
    minutes: (minutes) => count(minutes, { one: "# minute avant", other: "# minutes avant" }),
    hours: (hours) => count(hours, { one: "# heure avant", other: "# heures avant" }),
    days: (days) => count(days, { one: "# jour avant", other: "# jours avant" }),
  },
  send: "Me prévenir",
  sending: "Envoi…",
  consent: "Chaque message dit comment ne plus en recevoir.",
  mailedTitle: "Regardez votre messagerie",
  mailed: "Nous avons écrit à [address]. Confirmez par le lien ; nous n’envoyons rien d’autre avant.",
  spam: "Toujours rien après quelques minutes ? Regardez parmi les indésirables.",
  codeTitle: "Saisissez le code",
  codeSent: "Nous avons envoyé un code au [number].",
  code: "Code",
  codeHint: "Six chiffres, valable 10 minutes",
  confirm: "Confirmer",
  other: "Utiliser une autre adresse",
  otherNumber: "Utiliser un autre numéro",
  doneTitle: "Nous vous préviendrons",
  done: "Nous enverrons un SMS quand l’émission commence. Répondez STOP pour ne plus en recevoir.",
  close: "Fermer",
  calendar: "Ajouter au calendrier",
  calendarMenu: "À quel calendrier",
  file: "Apple et autres (ICS)",
  google: "Google Agenda",
  outlook: "Outlook",
  opensTab: "s’ouvre dans un nouvel onglet",
};
