import type { Texts } from "../en/watch";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  title: "Liveshow",
  loading: "Die Show wird geladen",
  signIn: "Anmelden",
  signOut: "Abmelden",
  account: "Konto",
  studio: "Studio",
  show: "Zur Show",
  products: "Produkte",
  productsInShow: "Produkte in dieser Show",
  openProducts: (products) => count(products, { one: "Produkte: #", other: "Produkte: #" }),
  viewers: (viewers) => count(viewers, { one: "# schaut zu", other: "# schauen zu" }),
  host: "Gastgeber",
  live: "LIVE",
  follow: "Folgen",
  following: "Gefolgt",
  share: "Teilen",
  linkCopied: "Link kopiert",
  linkNotCopied: "Der Link konnte nicht kopiert werden. Kopieren Sie ihn aus der Adresszeile.",
  about: "Über diese Show",
  more: "Mehr",
  opensTab: "öffnet sich in einem neuen Tab",
  described: (host) => `${host} zeigt Produkte live.`,
  missing: {
    title: "Hier gibt es keine Show",
    reason: "Der Link ist vielleicht veraltet oder falsch geschrieben. Fragen Sie nach einem neuen.",
    home: "Zur Startseite",
  },
  unreachable: {
    title: "Die Show ist nicht erreichbar",
    reason: "Prüfen Sie Ihre Verbindung. Wir versuchen es von selbst weiter.",
    again: "Jetzt versuchen",
  },
  part: {
    missing: "Ein Teil dieser Seite wurde nicht geladen. Wir versuchen es von selbst wieder.",
    reload: "Seite neu laden",
  },
  ended: {
    title: "Die Show ist zu Ende",
    thanks: "Danke fürs Zuschauen.",
    products: "Die Produkte sind noch hier.",
  },
  soon: {
    title: "Die Show beginnt in",
    now: "Gleich geht es los …",
    days: (days) => count(days, { one: "Tag", other: "Tage" }),
    hours: (hours) => count(hours, { one: "Stunde", other: "Stunden" }),
    minutes: (minutes) => count(minutes, { one: "Min.", other: "Min." }),
    seconds: (seconds) => count(seconds, { one: "Sek.", other: "Sek." }),
  },
  idle: {
    title: "Gerade nicht live",
    wait: "Bleiben Sie hier: Sobald es losgeht, startet die Show von selbst.",
  },
  gate: {
    signInTitle: "Zum Zuschauen anmelden",
    signInReason: "Diese Show ist für alle, die angemeldet sind. Ein Code ist nicht nötig.",
    title: "Diese Show ist privat",
    reason: "Geben Sie den Code aus Ihrer Einladung ein.",
    code: "Einladungscode",
    watch: "Ansehen",
    opening: "Wird geöffnet …",
    team: "Im Team? [Anmelden]",
    wrong: "Dieser Code öffnet die Show nicht.",
    tooMany: "Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es noch einmal.",
  },
  reminder: {
    ask: "E-Mail, wenn [host] live ist",
    on: "Sie bekommen eine E-Mail, wenn [host] live ist.",
    unconfirmed: "Bestätigen Sie Ihre Adresse, dann bekommen Sie eine E-Mail, wenn [host] live ist.",
    host: "der Gastgeber",
    undo: "Rückgängig",
  },
};
