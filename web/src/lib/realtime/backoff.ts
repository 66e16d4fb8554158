/** Delays that double up to a cap, each drawn from its upper half so that clients do not return in step. */
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

  reset(): void {
    this.#attempt = 0;
  }
}
