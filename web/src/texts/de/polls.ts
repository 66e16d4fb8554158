import type { Texts } from "../en/polls";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  title: "Umfrage",
  opened: (question) => `Eine Umfrage läuft: ${question}`,
  over: "Die Umfrage ist beendet",
  result: (question, answers) => `Die Umfrage ist beendet: ${question} Die meisten wählten ${answers}.`,
  overWithout: (question) => `Die Umfrage ist beendet: ${question}`,
  votes: (votes) => count(votes, { one: "# Stimme", other: "# Stimmen" }),
  left: (time) => `noch ${time}`,
  closing: "Wird beendet …",
  answers: "Antworten",
  yours: "Ihre Wahl",
  leads: "Die meisten Stimmen",
  share: (votes, share) => count(votes, { one: `# Stimme, ${share}`, other: `# Stimmen, ${share}` }),
  fold: "Umfrage verkleinern",
  unfold: "Umfrage anzeigen",
  dismiss: "Umfrage ausblenden",
};
