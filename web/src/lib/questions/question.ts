import { present, type Question, type Wrapped } from "../../client/types";

/** The pinned one first, then by votes, of those with as many the newest first: as the server lists them. */
export function byVotes(a: Question, b: Question): number {
  return Number(b.pinned) - Number(a.pinned) || b.votes - a.votes || byAge(a, b);
}

/** The newest first. */
export function byAge(a: Question, b: Question): number {
  if (a.created_at === b.created_at) return a.id < b.id ? 1 : -1;
  return a.created_at < b.created_at ? 1 : -1;
}

/** Who asked; null where that is not told. */
export function askerOf({ author }: Question) {
  type Asker = Exclude<Question["author"]["data"], unknown[]>;
  return present<Asker>(author as Wrapped<Asker | unknown[]>);
}

/** What the server tells everybody of a question, where it is known already what this reader has to do with it. */
export function heard(told: Question, known: Question | undefined): Question {
  if (!known) return told;
  return { ...told, my_vote: known.my_vote, mine: known.mine, author: known.mine ? known.author : told.author };
}
