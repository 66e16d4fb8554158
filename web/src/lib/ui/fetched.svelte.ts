import { Backoff } from "../realtime/backoff";

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;

/** A part of a page whose scripts and styles are fetched once somebody needs them. */
export class Fetched<Part> {
  here = $state.raw<Part | null>(null);
  /** Out of reach, or replaced by a newer release; it is tried again, and a fresh page would have it. */
  failed = $state(false);
  #wanted = false;
  readonly #backoff: Backoff;

  constructor(
    private readonly ask: () => Promise<Part>,
    random?: () => number,
  ) {
    this.#backoff = new Backoff(FIRST_DELAY_MS, LONGEST_DELAY_MS, random);
  }

  /** Has it fetched, again and again until it is here. */
  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    try {
      this.here = await this.ask();
      this.failed = false;
    } catch (error) {
      console.warn("A part of the page could not be fetched.", error);
      this.failed = true;
      forgetBrokenStyles();
      setTimeout(() => void this.#fetch(), this.#backoff.next());
    }
  }
}

/** Vite asks for no style that stands in the page, though it never came. */
function forgetBrokenStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]"))
    if (link.sheet === null) link.remove();
}
