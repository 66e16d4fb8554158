import type { PollFacts } from "../../../client/asking";
import type { Poll } from "../../../client/types";
import { asking } from "../../../texts/asking";

export const MOST_ANSWERS = 6;
export const FEWEST_ANSWERS = 2;
export const LONGEST_QUESTION = 200;
export const LONGEST_ANSWER = 80;
/** How long a poll may be open, in seconds; null: until somebody closes it. */
export const TIMES: readonly (number | null)[] = [null, 30, 60, 120, 300, 600, 1800];

/** What the form holds, as it is typed. */
export interface PollDraft {
  question: string;
  answers: string[];
  /** Seconds in digits; empty: until it is closed. */
  seconds: string;
}

export function draftOf(poll: Pick<Poll, "question" | "answers" | "seconds"> | null): PollDraft {
  const answers = poll?.answers.map(({ text }) => text) ?? [];
  return {
    question: poll?.question ?? "",
    answers: answers.length > 0 ? answers : Array.from({ length: FEWEST_ANSWERS }, () => ""),
    seconds: String(poll?.seconds ?? ""),
  };
}

/** Boxes left empty are no answers. */
export function factsOf({ question, answers, seconds }: PollDraft): PollFacts {
  return {
    question: question.trim(),
    answers: answers.map((answer) => answer.trim()).filter((answer) => answer !== ""),
    seconds: seconds === "" ? null : Number(seconds),
  };
}

/** What keeps the form from being sent, by field. */
export function problemsOf(draft: PollDraft): Partial<Record<"question" | "answers", string>> {
  const { question, answers } = factsOf(draft);
  const different = new Set(answers.map((answer) => answer.toLocaleLowerCase()));
  return {
    ...(question === "" && { question: asking.poll.missing }),
    ...(answers.length < FEWEST_ANSWERS
      ? { answers: asking.poll.few }
      : different.size < answers.length && { answers: asking.poll.same }),
  };
}

/** "30 seconds", "5 minutes". */
export function timeName(seconds: number | null): string {
  if (seconds === null) return asking.poll.untilClosed;
  return seconds % 60 === 0 ? asking.poll.minutes(seconds / 60) : asking.poll.seconds(seconds);
}
