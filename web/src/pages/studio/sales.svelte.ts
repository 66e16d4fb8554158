import { ApiError } from "../../client/error";
import { sales as api, type Sales } from "../../client/selling";

/** Events come in bursts when everybody buys at once: so often the figures are asked for, and no more. */
const STEP_MS = 2000;
const FORBIDDEN = 403;

/** What a show has sold so far, kept current while it goes on. */
export class SalesBoard {
  /** Null until it is known, and for who may not see the orders. */
  value = $state.raw<Sales | null>(null);
  /** What is shown is old: the server did not answer. */
  stale = $state(false);
  /** The reader may not see the orders. */
  barred = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Asked lately, or still asking. */
  #resting = false;
  #again = false;
  #stopped = false;

  constructor(
    private readonly channel: string,
    private readonly ask: (channel: string) => Promise<Sales> = api.of,
  ) {}

  /** Something was sold, or held: asks now, or once the last answer is old enough. */
  hear(): void {
    if (this.#stopped) return;
    if (this.#resting) this.#again = true;
    else void this.#load();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #load(): Promise<void> {
    this.#again = false;
    this.#resting = true;
    try {
      this.value = await this.ask(this.channel);
      this.stale = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === FORBIDDEN) {
        this.barred = true;
        this.stop();
      } else {
        this.stale = true;
        this.#again = true;
      }
    }
    // Only now: an answer that takes long is not overtaken by the next.
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#resting = false;
      if (this.#again) this.hear();
    }, STEP_MS);
  }
}
