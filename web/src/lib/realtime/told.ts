/** What is told while an answer is on its way is done again on top of it: the answer may not know. */
export class Told {
  readonly #waiting = new Set<(() => void)[]>();

  hear(change: () => void): void {
    for (const told of this.#waiting) told.push(change);
    change();
  }

  /** Has `lay` show what is answered, and then what was told meanwhile. Rejects as the answer does. */
  async load<T>(answer: Promise<T>, lay: (answer: T) => void): Promise<void> {
    const told: (() => void)[] = [];
    this.#waiting.add(told);
    try {
      lay(await answer);
    } finally {
      this.#waiting.delete(told);
    }
    for (const change of told) change();
  }
}
