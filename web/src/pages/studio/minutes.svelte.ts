import type { StreamMinutesChanged } from "../../client/events";
import type { Minutes } from "../../client/types";
import { minutes as texts } from "../../texts/minutes";

/** Seconds left at a moment: of the month, or once those are gone of the grace. */
export interface Left {
  seconds: number;
  grace: boolean;
}

/** What is left of the plan's streaming minutes, counted down while a show is on. */
export class MinutesLeft {
  /** Null where nothing bounds them, and before it is known. */
  current = $state.raw<(Minutes & { seconds: number }) | null>(null);
  /** To be read out: that it has come so far, not each second of it. */
  announcement = $state("");
  #asOf = 0;
  /** What the room tells while a question is on its way is newer than the answer. */
  #told = 0;

  constructor(private readonly ask: () => Promise<Minutes>) {}

  async load(): Promise<void> {
    const told = this.#told;
    const answer = await this.ask();
    if (told === this.#told) this.#take(answer);
  }

  hear({ stage, seconds, grace_seconds }: StreamMinutesChanged): void {
    this.#told += 1;
    if (this.current) this.#take({ ...this.current, stage, seconds, grace_seconds });
    this.announcement = { enough: "", low: texts.nowLow, grace: texts.nowGrace, spent: texts.nowSpent }[stage];
  }

  /** `counting`: a show is on and its picture comes. */
  at(now: number, counting: boolean): Left | null {
    if (!this.current) return null;
    const passed = counting ? Math.max(0, Math.floor((now - this.#asOf) / 1000)) : 0;
    const seconds = this.current.seconds - passed;
    if (seconds > 0) return { seconds, grace: false };
    return { seconds: Math.max(0, this.current.grace_seconds + seconds), grace: true };
  }

  #take(minutes: Minutes): void {
    const { seconds } = minutes;
    this.current = seconds === null ? null : { ...minutes, seconds };
    this.#asOf = Date.now();
  }
}
