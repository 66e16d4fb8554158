import type { Texts } from "../en/polls";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  title: "Encuesta",
  opened: (question) => `Hay una encuesta abierta: ${question}`,
  over: "La encuesta ha terminado",
  result: (question, answers) => `La encuesta ha terminado: ${question} La mayoría eligió ${answers}.`,
  overWithout: (question) => `La encuesta ha terminado: ${question}`,
  votes: (votes) => count(votes, { one: "# voto", other: "# votos" }),
  left: (time) => `Quedan ${time}`,
  closing: "Cerrando…",
  answers: "Respuestas",
  yours: "Tu elección",
  leads: "La más votada",
  share: (votes, share) => count(votes, { one: `# voto, ${share}`, other: `# votos, ${share}` }),
  fold: "Reducir la encuesta",
  unfold: "Mostrar la encuesta",
  dismiss: "Ocultar la encuesta",
};
