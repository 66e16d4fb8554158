import type { Texts } from "../en/coupons";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  title: "Gutscheine",
  add: "Neuer Gutschein",
  loading: "Ihre Gutscheine werden geladen …",
  emptyTitle: "Noch keine Gutscheine",
  emptyText:
    "Ein Gutschein macht etwas günstiger. Heften Sie ihn in einer laufenden Show an, und wer zusieht, holt ihn sich mit einem Tippen.",
  first: "Gutschein anlegen",
  saved: (code) => `${code} gespeichert`,
  edit: (code) => `${code} bearbeiten`,
  remove: (code) => `${code} löschen`,
  removeTitle: (code) => `${code} löschen?`,
  removeText:
    "Niemand kann ihn mehr benutzen, und er verschwindet aus jeder Show. Bestellungen, für die er eingelöst wurde, bleiben günstiger.",
  removeAction: "Löschen",
  removed: (code) => `${code} gelöscht`,
  off: (amount) => `${amount} Rabatt`,
  from: (amount) => `ab ${amount}`,
  each: (times) => count(times, { one: "einmal pro Käufer", other: "#-mal pro Käufer" }),
  since: (when) => `ab ${when}`,
  until: (when) => `bis ${when}`,
  used: (times) => count(times, { one: "einmal eingelöst", other: "#-mal eingelöst" }),
  usedOf: (times, most) => `${times} von ${most} eingelöst`,
  standings: { good: "AKTIV", early: "NOCH NICHT", over: "VORBEI", used: "AUFGEBRAUCHT" },

  addTitle: "Neuer Gutschein",
  editTitle: "Gutschein bearbeiten",
  save: "Gutschein speichern",
  code: "Code",
  codeHint: "Was Käufer eingeben: Buchstaben, Ziffern, _ und -. Groß oder klein ist gleich.",
  kind: "Er zieht ab",
  percent: "Prozente",
  amount: "Einen Betrag",
  percentLabel: "Prozent",
  amountLabel: "Betrag",
  currency: "Währung",
  minimum: "Mindestbestellwert",
  minimumHint: "Leer: keiner.",
  startsAt: "Gültig ab",
  endsAt: "Gültig bis",
  datesHint: "In Ihrer Zeitzone. Leer: sofort und ohne Ende.",
  uses: "Einlösungen insgesamt",
  usesPerBuyer: "Einlösungen pro Käufer",
  usesHint: "Leer: ohne Grenze.",
  taken: "Ein anderer Gutschein hat diesen Code.",
  needCode: "3 bis 40 Buchstaben, Ziffern, _ oder -",
  needPercent: "Eine ganze Zahl von 1 bis 100",
  needAmount: (currency) => `Geben Sie einen Betrag in ${currency} ein`,
  needLater: "Das Ende muss nach dem Anfang liegen.",
  needCount: "Geben Sie eine ganze Zahl ab 1 ein",
  needUses: (used) =>
    count(used, { one: "Mindestens #: So oft ist er eingelöst", other: "Mindestens #: So oft ist er eingelöst" }),
};
