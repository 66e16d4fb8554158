import type { Replay } from "../../client/types";
import type { Answering } from "./questions.svelte";

export type QuestionChapter = Replay["questions"]["data"][number];

/** What the host answered at the second of a video that is on screen. */
export class ReplayedQuestions {
  chapters = $state.raw<readonly QuestionChapter[]>([]);
  #dismissed = $state.raw<QuestionChapter | null>(null);

  constructor(private readonly second: () => number) {}

  /** The last that began, where several went on. */
  readonly #chapter = $derived.by(() => {
    const second = this.second();
    return this.chapters.findLast(({ at, until }) => at <= second && second < until) ?? null;
  });

  get card(): Answering | null {
    const chapter = this.#chapter;
    return chapter === null || chapter === this.#dismissed
      ? null
      : { id: chapter.question_id, question: chapter.question };
  }

  dismiss(): void {
    this.#dismissed = this.#chapter;
  }
}
