import type { StreamTrouble } from "../../client/events";
import type { StreamHealth } from "../../client/types";
import { studio } from "../../texts/studio";

const ASK_MS = 5000;

/** What to tell of a trouble; the server's own English where it is newer than this page. */
export function wordsFor({ code, words }: StreamTrouble): string {
  const known: Readonly<Record<string, string>> = studio.troubles;
  return known[code] ?? words;
}

export interface HealthOptions {
  /** How the stream is now; null while nobody publishes. Rejects where nobody answers. */
  ask(): Promise<StreamHealth | null>;
  /** Whether there is anything to ask for. */
  live(): boolean;
}

/** How the stream on air is: what is wrong as soon as the room tells, its figures every few seconds while seen. */
export class Health {
  /** Null while nobody publishes, or before it is known. */
  current = $state.raw<StreamHealth | null>(null);
  /** Whether the figures shown are old: the last question was not answered. */
  stale = $state(false);
  /** To be read out: what changed, not what a figure is. */
  announcement = $state("");
  /** What is told by the room while a question is on its way is newer than the answer. */
  #told = 0;

  constructor(private readonly options: HealthOptions) {}

  get troubles(): readonly StreamTrouble[] {
    return this.current?.troubles ?? [];
  }

  /** The stream was loaded. */
  take(health: StreamHealth | null): void {
    this.stale = false;
    const before = this.current;
    this.current = health;
    if (health) this.#announce(before?.troubles ?? [], health.troubles);
  }

  /** The room told that other things are wrong. */
  hear(troubles: readonly StreamTrouble[]): void {
    this.#told += 1;
    // Nothing wrong may mean that nothing comes any more.
    if (this.current && troubles.length > 0) this.take({ ...this.current, troubles: [...troubles] });
    else void this.ask();
  }

  async ask(): Promise<void> {
    const told = this.#told;
    try {
      const health = await this.options.ask();
      if (told === this.#told) this.take(health);
    } catch {
      this.stale = true;
    }
  }

  /** Keeps the figures current while the page is seen; answers what ends that. */
  watch(): () => void {
    const ask = () => {
      if (document.visibilityState === "visible" && (this.options.live() || this.current)) void this.ask();
    };
    const timer = setInterval(ask, ASK_MS);
    document.addEventListener("visibilitychange", ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }

  #announce(before: readonly StreamTrouble[], now: readonly StreamTrouble[]): void {
    const known = new Set(before.map(({ code }) => code));
    const fresh = now.filter(({ code }) => !known.has(code));
    if (fresh.length > 0) this.announcement = fresh.map(wordsFor).join(" ");
    else if (before.length > 0 && now.length === 0) this.announcement = studio.health.fine;
  }
}
