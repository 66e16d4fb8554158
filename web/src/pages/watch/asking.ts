import { polls, questions } from "../../client/asking";
import PollCard from "../../lib/polls/PollCard.svelte";
import { Polls } from "../../lib/polls/polls.svelte";
import AnsweringCard from "../../lib/questions/AnsweringCard.svelte";
import { Questions } from "../../lib/questions/questions.svelte";
import QuestionsPanel from "../../lib/questions/QuestionsPanel.svelte";
import { locale } from "../../texts/language";
import QuestionsDrawer from "./QuestionsDrawer.svelte";

interface AskingOptions {
  /** Its slug. */
  channel: string;
  signedIn(): boolean;
  guest(): Promise<string | null>;
  admitted(): Promise<string | null>;
  moment: () => number | null;
}

/** What viewers ask and vote with: none of it is needed to see a show. */
export class Asking {
  readonly AnsweringCard = AnsweringCard;
  readonly PollCard = PollCard;
  readonly QuestionsDrawer = QuestionsDrawer;
  readonly QuestionsPanel = QuestionsPanel;

  readonly questions: Questions;
  readonly polls: Polls;
  #takes = false;

  constructor(options: AskingOptions) {
    this.questions = new Questions({ ...options, api: questions });
    this.polls = new Polls({ ...options, api: polls });
    void this.polls.load();
  }

  /** Whether the host takes questions, as it is said each time that the channel is known anew. */
  takes(questions: boolean): void {
    if (questions && !this.#takes) void this.questions.load();
    this.#takes = questions;
  }

  /** How many questions are open; empty where there are none. */
  get asked(): string {
    const { count } = this.questions.standing.open;
    return count === 0 ? "" : count.toLocaleString(locale) + (this.questions.hasMore("open") ? "+" : "");
  }

  /** Anew: events were lost, or somebody else looks. */
  reload(): void {
    void this.polls.load();
    if (this.#takes) void this.questions.load();
  }

  stop(): void {
    this.questions.stop();
  }
}
