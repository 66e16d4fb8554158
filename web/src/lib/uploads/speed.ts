const WINDOW_MS = 20_000;

/** How fast bytes are acknowledged, by the last twenty seconds. */
export class Speed {
  #heard: { at: number; bytes: number }[] = [];

  hear(bytes: number, at: number): void {
    this.#heard.push({ at, bytes });
    const since = at - WINDOW_MS;
    while (this.#heard.length > 2 && (this.#heard[1]?.at ?? at) < since) this.#heard.shift();
  }

  /** Begins anew: a pause is no slowness. */
  clear(): void {
    this.#heard = [];
  }

  /** Bytes a second; null until there is something to tell it by. */
  get value(): number | null {
    const [first, last] = [this.#heard[0], this.#heard.at(-1)];
    if (!first || !last || last.at <= first.at || last.bytes <= first.bytes) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
