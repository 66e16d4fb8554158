import { Backoff } from "../../lib/realtime/backoff";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export interface InquiryOptions {
  /** Asks; whether the answer will do. */
  ask(): Promise<boolean>;
  /** Over how long all who have the same to ask spread, in milliseconds. */
  spread(): number;
  random?(): number;
}

/** A question put once for all that came up meanwhile, and again after growing pauses until the answer will do. */
export class Inquiry {
  #state: "idle" | "turn" | "asking" | "pause" = "idle";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Times asked: how it goes on is up to the last answer. */
  #asked = 0;
  readonly #random: () => number;
  readonly #backoff: Backoff;

  constructor(private readonly options: InquiryOptions) {
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, this.#random);
  }

  /** Asks when this page's turn comes. An answer that is on its way and will not do is followed by another anyway. */
  soon(): void {
    if (this.#state === "turn" || this.#state === "asking") return;
    this.#wait("turn", this.options.spread() * this.#random());
  }

  /** Asks at once what is waiting to be asked. */
  hasten(): void {
    if (this.#state === "turn" || this.#state === "pause") void this.now();
  }

  /** Asks at once, and resolves with the answer there. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#state = "asking";
    const asked = ++this.#asked;
    let enough = false;
    try {
      enough = await this.options.ask();
    } finally {
      if (asked === this.#asked) this.#goOn(enough);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#state = "idle";
  }

  #goOn(enough: boolean): void {
    if (enough) {
      this.#state = "idle";
      this.#backoff.reset();
    } else this.#wait("pause", this.#backoff.next());
  }

  #wait(state: "turn" | "pause", ms: number): void {
    clearTimeout(this.#timer);
    this.#state = state;
    this.#timer = setTimeout(() => void this.now(), ms);
  }
}
