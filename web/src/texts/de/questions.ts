import type { Texts } from "../en/questions";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  title: "Fragen",
  open: "Offen",
  answered: "Beantwortet",
  mine: "Meine",
  which: "Welche Fragen",
  loading: "Fragen werden geladen …",
  failed: "Die Fragen konnten nicht geladen werden.",
  none: "Noch keine Fragen",
  beFirst: "Stellen Sie die erste. Alle können abstimmen, was der Gastgeber beantworten soll.",
  noneAnswered: "Noch nichts beantwortet",
  newOrder: "Neue Reihenfolge",
  newQuestions: (questions) => count(questions, { one: "# neue Frage", other: "# neue Fragen" }),
  more: "Mehr anzeigen",
  vote: (votes) => count(votes, { one: "Dafür stimmen, # Stimme", other: "Dafür stimmen, # Stimmen" }),
  votes: (votes) => count(votes, { one: "# Stimme", other: "# Stimmen" }),
  pinned: "Angeheftet",
  isAnswered: "Beantwortet",
  answering: "Wird gerade beantwortet",
  yours: "Von Ihnen",
  waits: "Wartet auf das Team des Gastgebers",
  anonymous: "Anonym",
  hostSays: "Antwort des Gastgebers",
  dismiss: "Hinweis auf die beantwortete Frage ausblenden",
  ask: {
    label: "Ihre Frage",
    placeholder: "Den Gastgeber fragen",
    send: "Fragen",
    anonymously: "Anonym",
    anonymouslyHint: "Zuschauer sehen nicht, wer fragt. Das Team des Gastgebers sieht es.",
  },
  news: {
    asked: "Ihre Frage ist gestellt.",
    held: "Ihre Frage wartet auf das Team des Gastgebers.",
    shown: "Ihre Frage ist jetzt zu sehen.",
    refused: "Das Team des Gastgebers hat Ihre Frage nicht angenommen.",
  },
};
