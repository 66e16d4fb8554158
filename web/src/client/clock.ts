/** The server's clock, as the `Date` of its answers tells it: in whole seconds, somewhere between asking and hearing. */
export class ServerClock {
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  constructor(private readonly local: () => number = Date.now) {}

  /** `date` is an HTTP date; when it was asked for and heard is by the local clock, in ms since the epoch. */
  heard(date: string | null, asked: number, answered: number): void {
    const said = Date.parse(date ?? "");
    if (Number.isNaN(said)) return;
    const [least, most] = [said - answered, said + 1000 - asked];
    const agrees = least <= this.#most && most >= this.#least;
    // Else one of the two clocks was set.
    this.#least = agrees ? Math.max(this.#least, least) : least;
    this.#most = agrees ? Math.min(this.#most, most) : most;
  }

  /** Milliseconds since the epoch; the local clock is believed as far as the answers do not say otherwise. */
  now(): number {
    return this.local() + Math.min(Math.max(0, this.#least), this.#most);
  }
}

export const serverClock = new ServerClock();
