import type { Texts } from "../en/polls";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  title: "Sondage",
  opened: (question) => `Un sondage est ouvert : ${question}`,
  over: "Le sondage est terminé",
  result: (question, answers) => `Le sondage est terminé : ${question} Le plus choisi : ${answers}.`,
  overWithout: (question) => `Le sondage est terminé : ${question}`,
  votes: (votes) => count(votes, { one: "# voix", other: "# voix" }),
  left: (time) => `Encore ${time}`,
  closing: "Fermeture…",
  answers: "Réponses",
  yours: "Votre choix",
  leads: "Le plus de voix",
  share: (votes, share) => count(votes, { one: `# voix, ${share}`, other: `# voix, ${share}` }),
  fold: "Réduire le sondage",
  unfold: "Afficher le sondage",
  dismiss: "Masquer le sondage",
};
