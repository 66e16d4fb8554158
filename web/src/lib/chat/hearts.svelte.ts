import type { Heart } from "../../client/types";

/** One that floats up over the picture. */
export interface Floating {
  key: number;
  emoji: string;
  /** Ms until it starts. */
  delay: number;
  /** Where it starts and how it sways, 0 to 1. */
  place: number;
  sway: number;
}

/** So many float at once, whatever is sent: more would be no more to see, and slow a phone down. */
const MOST = 36;
/** Of what is told at once, so many are shown. */
const MOST_AT_ONCE = 10;
/** What is told was sent within so long, ms; it floats as evenly. */
const SPAN_MS = 500;
/** Taps are told together, so often, ms. */
const TOLD_MS = 600;
/** So many are told at once; what is tapped beyond only floats. */
const MOST_TOLD = 20;

/** The hearts that a show's viewers send up over the picture. */
export class Hearts {
  floating = $state.raw<readonly Floating[]>([]);
  /** How many were sent since the page came. */
  count = $state(0);

  #last = 0;
  readonly #tapped = new Map<Heart, number>();
  /** Told, and not yet heard of: the room counts one's own, too. */
  readonly #told = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` tells the server of this reader's own. */
  constructor(
    private readonly send: (emoji: Heart, count: number) => Promise<unknown>,
    private readonly random: () => number = Math.random,
  ) {}

  /** This reader sends one: it floats at once. */
  tap(emoji: Heart): void {
    this.#float(emoji, 1, 0);
    this.count += 1;
    this.#tapped.set(emoji, Math.min(MOST_TOLD, (this.#tapped.get(emoji) ?? 0) + 1));
    this.#timer ??= setTimeout(() => void this.#tell(), TOLD_MS);
  }

  /** The room tells how many were sent just now, by emoji. */
  hear(emojis: Readonly<Record<string, number>>): void {
    for (const [emoji, sent] of Object.entries(emojis)) {
      const own = Math.min(sent, this.#told.get(emoji) ?? 0);
      if (own > 0) this.#told.set(emoji, (this.#told.get(emoji) ?? 0) - own);
      this.count += sent - own;
      this.#float(emoji, Math.min(sent - own, MOST_AT_ONCE), SPAN_MS);
    }
  }

  /** It has floated away. */
  done(key: number): void {
    this.floating = this.floating.filter((each) => each.key !== key);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const tapped = [...this.#tapped];
    this.#tapped.clear();
    for (const [emoji, count] of tapped) {
      this.#told.set(emoji, (this.#told.get(emoji) ?? 0) + count);
      try {
        await this.send(emoji, count);
      } catch {
        // Nobody misses a heart; nothing is heard of it either.
        this.#told.set(emoji, Math.max(0, (this.#told.get(emoji) ?? 0) - count));
      }
    }
  }

  #float(emoji: string, count: number, span: number): void {
    const room = Math.max(0, Math.min(count, MOST - this.floating.length));
    if (room === 0) return;
    const fresh = Array.from({ length: room }, (_, at): Floating => {
      this.#last += 1;
      return { key: this.#last, emoji, delay: (span * at) / room, place: this.random(), sway: this.random() };
    });
    this.floating = [...this.floating, ...fresh];
  }
}
