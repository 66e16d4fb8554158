import type { Texts } from "../en/questions";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  title: "Questions",
  open: "Ouvertes",
  answered: "Répondues",
  mine: "Les miennes",
  which: "Quelles questions",
  loading: "Chargement des questions…",
  failed: "Les questions n’ont pas pu être chargées.",
  none: "Aucune question pour l’instant",
  beFirst: "Posez la première. Tout le monde peut voter pour ce à quoi l’hôte devrait répondre.",
  noneAnswered: "Rien n’a encore reçu de réponse",
  newOrder: "Nouvel ordre",
  newQuestions: (questions) => count(questions, { one: "# nouvelle question", other: "# nouvelles questions" }),
  more: "Afficher plus",
  vote: (votes) => count(votes, { one: "Voter pour, # voix", other: "Voter pour, # voix" }),
  votes: (votes) => count(votes, { one: "# voix", other: "# voix" }),
  pinned: "Épinglée",
  isAnswered: "Répondue",
  answering: "Réponse en cours",
  yours: "La vôtre",
  waits: "En attente de l’équipe de l’hôte",
  anonymous: "Anonyme",
  hostSays: "Réponse de l’hôte",
  dismiss: "Masquer la question en cours de réponse",
  ask: {
    label: "Votre question",
    placeholder: "Une question pour l’hôte ?",
    send: "Demander",
    anonymously: "Anonymement",
    anonymouslyHint: "Les spectateurs ne voient pas qui demande. L’équipe de l’hôte, si.",
  },
  news: {
    asked: "Votre question est posée.",
    held: "Votre question attend l’équipe de l’hôte.",
    shown: "Votre question est maintenant visible.",
    refused: "L’équipe de l’hôte n’a pas retenu votre question.",
  },
};
