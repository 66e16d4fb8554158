import type { PollOpened } from "../../client/events";

/** `my_vote` is the place of what this reader chose, from 0. */
export type Poll = PollOpened & { my_vote: number | null };

/**
 * Whole per cents that sum to 100, or to 0 without votes, as the server has them: what is left over goes to the largest
 * remainders (the method of Hamilton).
 */
export function shares(votes: readonly number[]): number[] {
  const total = votes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return votes.map(() => 0);
  const whole = votes.map((count) => Math.floor((100 * count) / total));
  const left = 100 - whole.reduce((sum, share) => sum + share, 0);
  const remainder = (place: number) => (100 * (votes[place] ?? 0)) % total;
  const owed = [...votes.keys()].sort((a, b) => remainder(b) - remainder(a)).slice(0, left);
  return whole.map((share, place) => (owed.includes(place) ? share + 1 : share));
}

/** The poll with so many votes for each answer. */
export function counted<P extends PollOpened>(poll: P, votes: readonly number[]): P {
  const parts = shares(poll.answers.map((_, place) => votes[place] ?? 0));
  const answers = poll.answers.map(({ text }, place) => ({ text, votes: votes[place] ?? 0, share: parts[place] ?? 0 }));
  return { ...poll, answers, votes: answers.reduce((sum, each) => sum + each.votes, 0) };
}

/** As it is once this reader's choice is another. */
export function chosen(poll: Poll, answer: number | null): Poll {
  const votes = poll.answers.map(
    (each, place) => each.votes + Number(place === answer) - Number(place === poll.my_vote),
  );
  return { ...counted(poll, votes), my_vote: answer };
}

/** The answers that most chose; none before anybody has. */
export function leading({ answers }: Pick<PollOpened, "answers">): number[] {
  const most = Math.max(...answers.map(({ votes }) => votes));
  return most === 0 ? [] : answers.flatMap(({ votes }, place) => (votes === most ? [place] : []));
}

/** Whole seconds until it closes by itself, by the server's clock; null where it does not. */
export function secondsLeft({ closes_at }: Pick<PollOpened, "closes_at">, now: number): number | null {
  return closes_at === null ? null : Math.max(0, Math.ceil((Date.parse(closes_at) - now) / 1000));
}
