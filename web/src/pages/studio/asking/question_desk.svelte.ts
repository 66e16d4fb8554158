import { ApiError } from "../../../client/error";
import type {
  QuestionAnswered,
  QuestionAnswering,
  QuestionArchived,
  QuestionPinned,
  QuestionsCounted,
  SettingsChanged,
} from "../../../client/events";
import type { Question, QuestionsPage, Which } from "../../../client/types";
import type { QuestionsListener } from "../../../lib/questions/listener";
import { askerOf, byAge, byVotes } from "../../../lib/questions/question";
import { Standing } from "../../../lib/questions/standing.svelte";
import { Told } from "../../../lib/realtime/told";

/** Who asked an anonymous question is not told to a room: it is asked for, for all that came in this time. */
const LEARN_MS = 1500;

export type Pile = Which;
export type Sort = "votes" | "newest";

export interface QuestionDeskApi {
  read(channel: string, which: Which, cursor: string | null): Promise<QuestionsPage>;
  archive(channel: string, question: string, status: "answered" | "removed"): Promise<Question>;
  restore(question: string): Promise<Question>;
  review(question: string, decision: "approve" | "reject"): Promise<Question>;
  pin(question: string): Promise<Question>;
  unpin(question: string): Promise<Question>;
  answer(question: string, answer: string | null): Promise<Question>;
  startAnswering(question: string): Promise<Question>;
  stopAnswering(channel: string): Promise<unknown>;
  allowAnonymous(channel: string, allowed: boolean): Promise<unknown>;
}

/** A channel's questions under its moderators' hands. What a method asks for rejects with an `ApiError`. */
export class QuestionDesk implements QuestionsListener {
  #all = $state.raw<readonly Question[]>([]);
  #cursors = $state.raw<Partial<Record<Pile, string | null>>>({});
  /** Why a pile could not be loaded. */
  problem = $state<string | null>(null);
  loading = $state(false);
  sort = $state<Sort>("votes");
  /** What the host answers now. */
  answering = $state.raw<{ readonly id: string; readonly question: string } | null>(null);
  /** Whether viewers may ask without being named. */
  anonymously = $state(false);
  /** How many were asked since somebody looked last. */
  unseen = $state(0);

  readonly standing: Readonly<Record<Pile, Standing<Question>>>;
  readonly #told = new Told();
  #learning: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly channel: string,
    private readonly api: QuestionDeskApi,
  ) {
    const all = () => this.#all;
    const shown = ({ state }: Question) => state === "shown";
    this.standing = {
      open: new Standing(
        all,
        (question) => question.status === "open" && shown(question),
        (a, b) => (this.sort === "votes" ? byVotes(a, b) : byAge(a, b)),
      ),
      held: new Standing(all, (question) => question.status === "open" && !shown(question), byAge),
      answered: new Standing(all, ({ status }) => status === "answered", byAge),
      removed: new Standing(all, ({ status }) => status === "removed", byAge),
    };
  }

  /** What is open and what waits for review, anew. What goes wrong shows in `problem`. */
  async load(): Promise<void> {
    this.#cursors = {};
    this.#all = [];
    await this.want("open");
    await this.want("held");
  }

  loaded(pile: Pile): boolean {
    return this.#cursors[pile] !== undefined;
  }

  hasMore(pile: Pile): boolean {
    return Boolean(this.#cursors[pile]);
  }

  /** Has a pile loaded, the first time. What goes wrong shows in `problem`. */
  async want(pile: Pile): Promise<void> {
    if (!this.loaded(pile)) await this.loadMore(pile);
  }

  /** What goes wrong shows in `problem`. */
  async loadMore(pile: Pile): Promise<void> {
    this.loading = true;
    this.problem = null;
    try {
      await this.#told.load(this.api.read(this.channel, pile, this.#cursors[pile] ?? null), ({ data, meta }) => {
        this.#put([...data, ...(meta.pinned ? [meta.pinned] : [])]);
        this.#cursors = { ...this.#cursors, [pile]: meta.cursor };
        this.answering = meta.answering;
        this.anonymously = meta.anonymous;
      });
      this.standing[pile].append();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message;
    } finally {
      this.loading = false;
    }
  }

  order(sort: Sort): void {
    this.sort = sort;
    this.standing.open.settle();
  }

  async answerNow({ id }: Question): Promise<void> {
    const question = await this.api.startAnswering(id);
    this.#put([question]);
    this.answering = { id, question: question.question };
  }

  async stop(): Promise<void> {
    await this.api.stopAnswering(this.channel);
    this.answering = null;
  }

  /** It is answered, whether or not it was being answered. */
  async done(id: string): Promise<void> {
    this.#move(await this.api.archive(this.channel, id, "answered"));
    if (this.answering?.id === id) this.answering = null;
  }

  async remove(id: string): Promise<void> {
    this.#move(await this.api.archive(this.channel, id, "removed"));
    if (this.answering?.id === id) this.answering = null;
  }

  async restore(id: string): Promise<void> {
    this.#move(await this.api.restore(id));
  }

  async review(id: string, decision: "approve" | "reject"): Promise<void> {
    this.#move(await this.api.review(id, decision));
  }

  async pin({ id, pinned }: Question): Promise<void> {
    const question = await (pinned ? this.api.unpin(id) : this.api.pin(id));
    this.pinned({ id: question.pinned ? id : null });
  }

  async write(id: string, answer: string | null): Promise<void> {
    this.#move(await this.api.answer(id, answer));
  }

  async allowAnonymous(allowed: boolean): Promise<void> {
    await this.api.allowAnonymous(this.channel, allowed);
    this.anonymously = allowed;
  }

  ruled({ anonymous_questions }: SettingsChanged): void {
    this.#told.hear(() => (this.anonymously = anonymous_questions));
  }

  created(question: Question): void {
    const known = this.#all.some(({ id }) => id === question.id);
    if (!known) this.unseen += 1;
    this.#told.hear(() => this.#put([question]));
    if (!known && askerOf(question) === null) this.#learning ??= setTimeout(() => void this.#learn(), LEARN_MS);
  }

  held(question: Question): void {
    this.#told.hear(() => this.#put([question]));
  }

  /** Told to who asked. */
  reviewed(): void {}

  archived({ id, status }: QuestionArchived): void {
    this.#told.hear(() => {
      this.#change(id, { status });
      if (this.answering?.id === id) this.answering = null;
    });
  }

  pinned({ id }: QuestionPinned): void {
    this.#told.hear(() => {
      this.#all = this.#all.map((each) =>
        each.pinned === (each.id === id) ? each : { ...each, pinned: each.id === id },
      );
    });
  }

  turnedTo({ id, question }: QuestionAnswering): void {
    this.#told.hear(() => (this.answering = id !== null && question !== null ? { id, question } : null));
  }

  answered({ id, answer, status }: QuestionAnswered): void {
    this.#told.hear(() => this.#change(id, { answer, status }));
  }

  counted({ votes }: QuestionsCounted): void {
    this.#told.hear(() => {
      this.#all = this.#all.map((each) => ({ ...each, votes: votes[each.id] ?? each.votes }));
    });
  }

  close(): void {
    clearTimeout(this.#learning);
  }

  async #learn(): Promise<void> {
    this.#learning = undefined;
    try {
      const { data } = await this.api.read(this.channel, "open", null);
      this.#put(data.filter(({ id }) => this.#all.some((each) => each.id === id)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // it stays without a name
    }
  }

  #put(questions: readonly Question[]): void {
    const known = new Map(this.#all.map((question) => [question.id, question]));
    for (const question of questions) {
      const before = known.get(question.id);
      const author = askerOf(question) === null && before ? before.author : question.author;
      known.set(question.id, { ...question, author });
    }
    this.#all = [...known.values()];
  }

  /** What is done here shows at once: the question leaves the pile that it was in. */
  #move(question: Question): void {
    this.#put([question]);
    for (const pile of Object.values(this.standing)) pile.leave(question.id);
  }

  #change(id: string, changes: Partial<Question>): void {
    this.#all = this.#all.map((each) => (each.id === id ? { ...each, ...changes } : each));
  }
}
