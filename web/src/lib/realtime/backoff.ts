/** Delays that double up to a cap, each drawn from its upper half so that clients do not return in step. */
const LONGEST_TOLD_MS = 120_000;

export class Backoff {
  #attempt = 0;

  constructor(
    private readonly firstMs: number,
    private readonly capMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  get attempts(): number {
    return this.#attempt;
  }

  next(): number {
    const full = Math.min(this.capMs, this.firstMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return full / 2 + (full / 2) * this.random();
  }

  /** What somebody else who knows says, in seconds; never less than a first delay, and a little apart. */
  told(seconds: number): number {
    return Math.max(this.firstMs, Math.min(seconds * 1000, LONGEST_TOLD_MS)) + this.firstMs * this.random();
  }

  reset(): void {
    this.#attempt = 0;
  }
}
