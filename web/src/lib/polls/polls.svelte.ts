import { ApiError } from "../../client/error";
import type { PollClosed, PollCounted, PollOpened } from "../../client/events";
import { Told } from "../realtime/told";
import { TookPart } from "../session/took_part";
import type { PollsListener } from "./listener";
import { chosen, counted, type Poll } from "./poll";

/** `guest` is a guest's token; null for whoever is signed in, or nobody. */
export interface PollsApi {
  /** The one that is open first. */
  list(channel: string, guest: string | null): Promise<Poll[]>;
  vote(poll: string, answer: number, guest: string | null): Promise<Poll>;
}

export interface PollsOptions {
  /** Its slug. */
  channel: string;
  signedIn(): boolean;
  /** The token of whoever speaks as a guest; null where somebody is signed in. */
  guest(): Promise<string | null>;
  /** The token of a guest who is let in by a pass; others are known by their session, or not at all. */
  admitted(): Promise<string | null>;
  api: PollsApi;
  tookPart?: TookPart;
}

/** The poll that a viewer is shown: the open one, then what came of it until they put it away. */
export class Polls implements PollsListener {
  current = $state.raw<Poll | null>(null);
  readonly #told = new Told();
  readonly #tookPart: TookPart;
  /** What this viewer wants to have chosen, while it is on its way. */
  #wanted: number | null = null;

  constructor(private readonly options: PollsOptions) {
    this.#tookPart = options.tookPart ?? new TookPart();
  }

  /** What is open, for who came later. What cannot be loaded is told once it changes. */
  async load(): Promise<void> {
    try {
      await this.#told.load(this.#list(), (polls) => {
        const open = polls.find(({ status }) => status === "open") ?? null;
        const known = polls.find(({ id }) => id === this.current?.id) ?? null;
        this.current = open ?? known;
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Chooses an answer, in place of one before. It shows at once; of several taps the last counts. Rejects with an
   * `ApiError`, and shows what was before. */
  async vote(answer: number): Promise<void> {
    const poll = this.current;
    if (poll?.status !== "open" || poll.my_vote === answer) return;
    const going = this.#wanted !== null;
    let known = poll.my_vote;
    this.#wanted = answer;
    this.current = chosen(poll, answer);
    // Who taps again meanwhile is heard by what sends already.
    if (going) return;
    try {
      let sent: number;
      let voted: Poll;
      do {
        const guest = await this.options.guest();
        sent = this.#wanted;
        voted = await this.options.api.vote(poll.id, sent, guest);
        known = voted.my_vote;
        this.#tookPart.now();
      } while (sent !== this.#wanted);
      this.#wanted = null;
      if (this.#shows(poll.id, "open")) this.current = voted;
    } catch (error) {
      this.#wanted = null;
      if (this.current?.id === poll.id) this.current = chosen(this.current, known);
      throw error;
    }
  }

  dismiss(): void {
    this.current = null;
  }

  opened(poll: PollOpened): void {
    this.#told.hear(() => (this.current = { ...poll, my_vote: this.#mine(poll.id) }));
  }

  closed(poll: PollClosed): void {
    this.#told.hear(() => {
      // Who never saw it open, or has put it away, is not shown what came of it.
      if (this.current?.id === poll.id) this.current = { ...poll, my_vote: this.#mine(poll.id) };
    });
  }

  counted({ id, votes }: PollCounted): void {
    this.#told.hear(() => {
      // While this viewer's own is on its way, the count may be from before or after it.
      if (this.#wanted === null && this.current && this.#shows(id, "open")) this.current = counted(this.current, votes);
    });
  }

  async #list(): Promise<Poll[]> {
    const asGuest = !this.options.signedIn() && this.#tookPart.ever;
    return this.options.api.list(
      this.options.channel,
      await (asGuest ? this.options.guest() : this.options.admitted()),
    );
  }

  #mine(id: string): number | null {
    return this.current?.id === id ? this.current.my_vote : null;
  }

  #shows(id: string, status: Poll["status"]): boolean {
    return this.current?.id === id && this.current.status === status;
  }
}
