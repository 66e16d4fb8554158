import { plurals } from "../plurals";

const count = plurals("en");

/** What viewers ask the host, on the watch page; the studio's desk says some of it, too. */
export const texts = {
  title: "Questions",
  open: "Open",
  answered: "Answered",
  mine: "Mine",
  which: "Which questions",
  loading: "Loading the questions…",
  failed: "The questions could not be loaded.",
  none: "No questions yet",
  beFirst: "Ask the first one. Everybody can vote for what the host should answer.",
  noneAnswered: "Nothing answered yet",
  newOrder: "New order",
  newQuestions: (questions: number) => count(questions, { one: "# new question", other: "# new questions" }),
  more: "Show more",
  vote: (votes: number) => count(votes, { one: "Vote up, # vote", other: "Vote up, # votes" }),
  votes: (votes: number) => count(votes, { one: "# vote", other: "# votes" }),
  pinned: "Pinned",
  isAnswered: "Answered",
  answering: "Answering now",
  yours: "Yours",
  waits: "Waits for the host's team",
  anonymous: "Anonymous",
  hostSays: "The host's answer",
  dismiss: "Dismiss the question being answered",
  ask: {
    label: "Your question",
    placeholder: "Ask the host",
    send: "Ask",
    anonymously: "Anonymously",
    anonymouslyHint: "Viewers do not see who asks. The host's team does.",
  },
  news: {
    asked: "Your question was asked.",
    held: "Your question waits for the host's team.",
    shown: "Your question is shown now.",
    refused: "The host's team did not take your question.",
  },
};

export type Texts = typeof texts;
