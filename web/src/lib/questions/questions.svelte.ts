import { ApiError } from "../../client/error";
import type {
  QuestionAnswered,
  QuestionAnswering,
  QuestionArchived,
  QuestionPinned,
  QuestionReviewed,
  QuestionsCounted,
  SettingsChanged,
} from "../../client/events";
import type { Question, QuestionsPage, Which } from "../../client/types";
import { Programme } from "../player/programme.svelte";
import { Told } from "../realtime/told";
import { TookPart } from "../session/took_part";
import type { QuestionsListener } from "./listener";
import { byAge, byVotes, heard } from "./question";
import { Standing } from "./standing.svelte";

export const LONGEST_QUESTION = 300;
/** So many are kept; those with the fewest votes go. */
const KEPT = 1000;
const STORED_TEXT = "storecast.unasked.";

/** What a viewer reads: what is open, what was answered, and what they asked themselves. */
export type Shown = "open" | "answered" | "mine";
type Paged = Exclude<Shown, "mine">;

/** `guest` is a guest's token; null for whoever is signed in, or nobody. */
export interface QuestionsApi {
  read(channel: string, which: Which, cursor: string | null, guest: string | null): Promise<QuestionsPage>;
  ask(
    channel: string,
    asked: { question: string; anonymous: boolean; name: string | null },
    guest: string | null,
  ): Promise<Question>;
  vote(question: string, direction: 0 | 2, guest: string | null): Promise<Question>;
}

export interface QuestionsOptions {
  /** Its slug. */
  channel: string;
  signedIn(): boolean;
  /** The token of whoever speaks as a guest; null where somebody is signed in. */
  guest(): Promise<string | null>;
  /** The token of a guest who is let in by a pass; others are known by their session, or not at all. */
  admitted(): Promise<string | null>;
  /** Programme time of the picture on screen, ms since the epoch. */
  moment: (() => number | null) | null;
  api: QuestionsApi;
  tookPart?: TookPart;
}

export interface Answering {
  readonly id: string;
  readonly question: string;
}

/** A channel's questions as a viewer has them. */
export class Questions implements QuestionsListener {
  #all = $state.raw<readonly Question[]>([]);
  loaded = $state(false);
  /** Nothing could be loaded. */
  failed = $state(false);
  loadingMore = $state(false);
  /** What is written is to be asked without a name. */
  anonymous = $state(false);
  /** Whether one may. */
  anonymously = $state(false);
  /** What became of what this viewer asked, for them alone: it is read out. */
  news = $state<"asked" | "held" | "shown" | "refused" | null>(null);
  #text = $state("");
  #dismissed = $state<string | null>(null);

  readonly standing: Readonly<Record<Shown, Standing<Question>>>;
  readonly #programme: Programme<Answering>;
  readonly #told = new Told();
  /** Leads to what follows what is here; null: that is all, undefined: nobody has asked. */
  #cursors = $state.raw<Readonly<Record<Paged, string | null | undefined>>>({ open: undefined, answered: undefined });
  /** What this viewer wants to have voted, while it is on its way. */
  readonly #wanted = new Map<string, 0 | 1>();
  readonly #tookPart: TookPart;

  constructor(private readonly options: QuestionsOptions) {
    this.#tookPart = options.tookPart ?? new TookPart();
    this.#programme = new Programme(options.moment);
    const all = () => this.#all;
    this.standing = {
      open: new Standing(all, ({ status }) => status === "open", byVotes),
      answered: new Standing(all, ({ status }) => status === "answered", byVotes),
      mine: new Standing(all, ({ mine }) => mine, byAge),
    };
    this.#text = globalThis.sessionStorage?.getItem(STORED_TEXT + options.channel) ?? "";
  }

  /** What is written and not asked yet: it outlives a closed panel and a reload. */
  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    globalThis.sessionStorage?.setItem(STORED_TEXT + this.options.channel, text);
  }

  /** What the host answers at the moment on screen. */
  get answering(): Answering | null {
    return this.#programme.current;
  }

  /** The same for a card, until this viewer has put it away. */
  get card(): Answering | null {
    return this.answering?.id === this.#dismissed ? null : this.answering;
  }

  dismiss(): void {
    this.#dismissed = this.answering?.id ?? null;
  }

  /** Whether more can be loaded of these. */
  hasMore(shown: Shown): boolean {
    return shown !== "mine" && Boolean(this.#cursors[shown]);
  }

  /** The most popular, anew. What goes wrong shows in `failed`. */
  async load(): Promise<void> {
    try {
      await this.#told.load(this.#read("open", null), (page) => {
        this.#all = [];
        this.#cursors = { open: page.meta.cursor, answered: undefined };
        const { pinned, answering, anonymous } = page.meta;
        this.anonymously = anonymous;
        this.#put([...page.data, ...(pinned ? [pinned] : [])]);
        this.#programme.begin(answering?.at ?? null, answering);
        this.failed = false;
      });
      for (const each of Object.values(this.standing)) each.settle();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = true;
    } finally {
      this.loaded = true;
    }
  }

  /** Has what was answered loaded, the first time. Rejects with an `ApiError`. */
  async want(shown: Shown): Promise<void> {
    if (shown === "answered" && this.#cursors.answered === undefined) await this.loadMore(shown);
  }

  /** Rejects with an `ApiError`. */
  async loadMore(shown: Paged): Promise<void> {
    if (this.loadingMore || this.#cursors[shown] === null) return;
    this.loadingMore = true;
    try {
      await this.#told.load(this.#read(shown, this.#cursors[shown] ?? null), ({ data, meta }) => {
        this.#put(data);
        this.#cursors = { ...this.#cursors, [shown]: meta.cursor };
      });
      this.standing[shown].append();
    } finally {
      this.loadingMore = false;
    }
  }

  /** Asks what is written. Rejects with an `ApiError`; then it stays written. */
  async ask(name: string | null): Promise<void> {
    const asked = { question: this.text.trim(), anonymous: this.anonymous, name };
    this.news = null;
    const question = await this.options.api.ask(this.options.channel, asked, await this.options.guest());
    this.#tookPart.now();
    this.text = "";
    this.#put([question]);
    this.standing.open.putFirst(question.id);
    this.standing.mine.settle();
    this.news = question.state === "held" ? "held" : "asked";
  }

  /**
   * Votes a question up, or takes that back. It shows at once; of several taps the last counts. Rejects with an
   * `ApiError`, and shows what was before.
   */
  async vote(id: string): Promise<void> {
    const question = this.#find(id);
    if (!question) return;
    const going = this.#wanted.has(id);
    let known = question.my_vote;
    this.#wanted.set(id, question.my_vote === 1 ? 0 : 1);
    this.#show(id, question.my_vote === 1 ? 0 : 1);
    // Who taps again meanwhile is heard by what sends already.
    if (going) return;
    try {
      let sent: 0 | 1;
      let answer: Question;
      do {
        const guest = await this.options.guest();
        sent = this.#wanted.get(id) ?? 0;
        answer = await this.options.api.vote(id, sent === 1 ? 2 : 0, guest);
        known = answer.my_vote;
        this.#tookPart.now();
      } while (sent !== this.#wanted.get(id));
      const { votes, my_vote } = answer;
      this.#wanted.delete(id);
      this.#change(id, () => ({ votes, my_vote }));
    } catch (error) {
      this.#wanted.delete(id);
      this.#show(id, known);
      throw error;
    }
  }

  ruled({ anonymous_questions }: SettingsChanged): void {
    this.#told.hear(() => (this.anonymously = anonymous_questions));
  }

  created(question: Question): void {
    this.#told.hear(() => this.#put([heard(question, this.#find(question.id))]));
  }

  /** Those that wait are for the desk. */
  held(): void {}

  reviewed({ id, shown }: QuestionReviewed): void {
    this.news = shown ? "shown" : "refused";
    this.#told.hear(() => (shown ? this.#change(id, () => ({ state: "shown" })) : this.#remove(id)));
  }

  archived({ id, status }: QuestionArchived): void {
    this.#told.hear(() => {
      if (status === "removed") {
        this.#remove(id);
        this.#programme.drop(id);
      } else this.#change(id, () => ({ status }));
    });
  }

  pinned({ id }: QuestionPinned): void {
    this.#told.hear(() => {
      this.#all = this.#all.map((each) =>
        each.pinned === (each.id === id) ? each : { ...each, pinned: each.id === id },
      );
    });
  }

  turnedTo({ id, question, at }: QuestionAnswering): void {
    this.#told.hear(() => this.#programme.add(at, id !== null && question !== null ? { id, question } : null));
  }

  answered({ id, answer, status }: QuestionAnswered): void {
    this.#told.hear(() => this.#change(id, () => ({ answer, status })));
  }

  counted({ votes }: QuestionsCounted): void {
    this.#told.hear(() => {
      this.#all = this.#all.map((each) => {
        const count = votes[each.id];
        // While this viewer's own is on its way, the count may be from before or after it.
        return count === undefined || this.#wanted.has(each.id) || count === each.votes
          ? each
          : { ...each, votes: count };
      });
    });
  }

  stop(): void {
    this.#programme.stop();
  }

  async #read(which: Paged, cursor: string | null): Promise<QuestionsPage> {
    const asGuest = !this.options.signedIn() && this.#tookPart.ever;
    return this.options.api.read(
      this.options.channel,
      which,
      cursor,
      await (asGuest ? this.options.guest() : this.options.admitted()),
    );
  }

  #find(id: string): Question | undefined {
    return this.#all.find((question) => question.id === id);
  }

  #put(questions: readonly Question[]): void {
    const fresh = new Map(questions.map((question) => [question.id, question]));
    const all = [...this.#all.filter(({ id }) => !fresh.has(id)), ...fresh.values()];
    this.#all =
      all.length <= KEPT ? all : all.sort((a, b) => Number(b.mine) - Number(a.mine) || byVotes(a, b)).slice(0, KEPT);
  }

  #change(id: string, change: (question: Question) => Partial<Question>): void {
    this.#all = this.#all.map((each) => (each.id === id ? { ...each, ...change(each) } : each));
  }

  #remove(id: string): void {
    this.#all = this.#all.filter((each) => each.id !== id);
  }

  #show(id: string, vote: Question["my_vote"]): void {
    this.#change(id, ({ votes, my_vote }) => ({ votes: votes + vote - my_vote, my_vote: vote }));
  }
}
