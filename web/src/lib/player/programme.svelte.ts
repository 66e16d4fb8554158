import { Timeline } from "./timeline";

/** How often the picture is asked how far it is: often enough for what comes to come with its frame. */
const LOOK_MS = 50;

/** What the host shows, as the picture on screen comes to it: one thing at a time. */
export class Programme<Thing extends { readonly id: string }> {
  current = $state.raw<Thing | null>(null);
  #things = new Map<string, Thing>();
  readonly #timeline = new Timeline<string>();
  #looking: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

  /** `moment` tells the programme time of the picture on screen, ms since the epoch; null: there is none to follow. */
  constructor(private readonly moment: (() => number | null) | null = null) {}

  /** From `at` (ISO 8601) on it is this; null: nothing. */
  add(at: string, thing: Thing | null): void {
    if (thing) this.#things.set(thing.id, thing);
    this.#timeline.add(at, thing?.id ?? null);
    this.#follow();
  }

  /** All that is known: this since `at`, or nothing. */
  begin(at: string | null, thing: Thing | null): void {
    if (thing) {
      this.#things.set(thing.id, thing);
      this.#timeline.end(at, thing.id);
    } else this.#timeline.clear();
    this.#follow();
  }

  /** It is gone: whenever it was shown, nothing is. */
  drop(id: string): void {
    this.#timeline.drop(id);
    this.#follow();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#looking);
  }

  /** Goes on by itself: the picture may go back, too. */
  #follow(): void {
    const id = this.#timeline.at(this.moment?.() ?? null)?.id ?? null;
    const thing = id === null ? null : (this.#things.get(id) ?? null);
    if (thing !== this.current) this.current = thing;
    if (this.moment && !this.#stopped) this.#looking ??= setInterval(() => this.#follow(), LOOK_MS);
  }
}
