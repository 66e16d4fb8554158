import type { Texts } from "../en/questions";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  title: "Preguntas",
  open: "Abiertas",
  answered: "Respondidas",
  mine: "Mías",
  which: "Qué preguntas",
  loading: "Cargando las preguntas…",
  failed: "No se pudieron cargar las preguntas.",
  none: "Aún no hay preguntas",
  beFirst: "Haz la primera. Todos pueden votar qué debería responder el anfitrión.",
  noneAnswered: "Aún no se ha respondido nada",
  newOrder: "Nuevo orden",
  newQuestions: (questions) => count(questions, { one: "# pregunta nueva", other: "# preguntas nuevas" }),
  more: "Mostrar más",
  vote: (votes) => count(votes, { one: "Votar a favor, # voto", other: "Votar a favor, # votos" }),
  votes: (votes) => count(votes, { one: "# voto", other: "# votos" }),
  pinned: "Fijada",
  isAnswered: "Respondida",
  answering: "Respondiendo ahora",
  yours: "Tuya",
  waits: "Espera al equipo del anfitrión",
  anonymous: "Anónima",
  hostSays: "Respuesta del anfitrión",
  dismiss: "Ocultar la pregunta que se responde",
  ask: {
    label: "Tu pregunta",
    placeholder: "Pregunta al anfitrión",
    send: "Preguntar",
    anonymously: "De forma anónima",
    anonymouslyHint: "Los espectadores no ven quién pregunta. El equipo del anfitrión sí.",
  },
  news: {
    asked: "Tu pregunta está hecha.",
    held: "Tu pregunta espera al equipo del anfitrión.",
    shown: "Tu pregunta ya se ve.",
    refused: "El equipo del anfitrión no aceptó tu pregunta.",
  },
};
