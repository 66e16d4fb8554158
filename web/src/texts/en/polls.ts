import { plurals } from "../plurals";

const count = plurals("en");

/** Polls, as viewers see them. */
export const texts = {
  title: "Poll",
  opened: (question: string) => `A poll is open: ${question}`,
  over: "The poll is over",
  result: (question: string, answers: string) => `The poll is over: ${question} Most chose ${answers}.`,
  overWithout: (question: string) => `The poll is over: ${question}`,
  votes: (votes: number) => count(votes, { one: "# vote", other: "# votes" }),
  left: (time: string) => `${time} left`,
  closing: "Closing…",
  answers: "Answers",
  yours: "Your choice",
  leads: "Most votes",
  /** Of an answer: what share of the votes it has. */
  share: (votes: number, share: string) => count(votes, { one: `# vote, ${share}`, other: `# votes, ${share}` }),
  fold: "Make the poll small",
  unfold: "Show the poll",
  dismiss: "Dismiss the poll",
};

export type Texts = typeof texts;
