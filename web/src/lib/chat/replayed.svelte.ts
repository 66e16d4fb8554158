import type { Message, Said } from "../../client/types";

/** How much is asked for at once, in seconds of the video: the longest stretch the server answers is twice as long. */
const WINDOW = 300;
/** The next window is asked for this long before the picture comes to it. */
const AHEAD = 60;
/** So many messages are seen of what was said before the moment somebody jumped to. */
const BEFORE = 50;
/** How far back, at most, these are looked for. */
const BACK = 1200;
/** So many stay on the page, and so many in memory. */
const SHOWN = 300;
const KEPT = 4000;
/** What the server answers at once; there may be more. */
const MOST = 1000;
/** The picture does not go on so far by itself between two looks. */
const JUMP = 3;
const PAUSE_MS = 5000;

/** What was said in a show, shown again as its recording comes to it. */
export class ReplayedChat {
  shown = $state.raw<readonly Message[]>([]);
  /** Nothing is known yet of the moment on screen. */
  loading = $state(true);
  failed = $state(false);

  #said: Said[] = [];
  /** What is known is the stretch between these seconds. */
  #from = 0;
  #until = 0;
  #second = 0;
  /** Where playback went on from, last. */
  #landed = 0;
  #asking = false;
  #again = 0;
  #generation = 0;

  /** `ask` gives what was said from a second up to another. */
  constructor(
    private readonly ask: (from: number, until: number) => Promise<Said[]>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Forgets all: another video. */
  clear(): void {
    this.#generation += 1;
    this.#asking = false;
    this.#again = 0;
    this.#startOver(0);
  }

  /** The picture is at this second. */
  follow(second: number): void {
    const moved = second - this.#second;
    this.#second = second;
    if (moved < 0 || moved > JUMP) this.#land(second);
    this.#show();
    void this.#fill();
  }

  #land(second: number): void {
    this.#landed = second;
    if (second < this.#from || second > this.#until) {
      this.#generation += 1;
      this.#asking = false;
      this.#startOver(Math.max(0, second - AHEAD));
    }
  }

  #startOver(from: number): void {
    this.#said = [];
    this.#from = this.#until = from;
    this.#landed = this.#second;
    this.shown = [];
    this.loading = true;
    this.failed = false;
  }

  async #fill(): Promise<void> {
    const wanted = this.#wanted();
    if (wanted === null || this.#asking || this.now() < this.#again) return;
    const [from, until] = wanted;
    const generation = this.#generation;
    this.#asking = true;
    try {
      const said = await this.ask(from, until);
      if (generation !== this.#generation) return;
      this.#take(said, from, until);
      this.failed = false;
    } catch {
      if (generation !== this.#generation) return;
      this.failed = true;
      this.#again = this.now() + PAUSE_MS;
    } finally {
      if (generation === this.#generation) this.#asking = false;
    }
    if (generation !== this.#generation) return;
    this.#show();
    void this.#fill();
  }

  /** The stretch to ask for next: the moment itself, what comes, then what was before. */
  #wanted(): [from: number, until: number] | null {
    if (this.#second + AHEAD >= this.#until) return [this.#until, this.#until + WINDOW];
    const far = this.#landed - this.#from >= BACK;
    if (this.#from > 0 && !far && this.#count(this.#landed) < BEFORE)
      return [Math.max(0, this.#from - WINDOW), this.#from];
    return null;
  }

  #take(said: readonly Said[], from: number, until: number): void {
    const known = new Set(this.#said.map(({ message }) => message.data.id));
    const fresh = said.filter(({ message }) => !known.has(message.data.id)).sort((a, b) => a.at - b.at);
    if (from < this.#from) {
      // Of a window that was cut short only its beginning is known: then the rest stays unsaid rather than wrong.
      this.#said = [...fresh, ...this.#said];
      this.#from = from;
      return;
    }
    const last = said.at(-1);
    this.#until = said.length >= MOST && last ? Math.max(last.at, from + 0.001) : until;
    const all = [...this.#said, ...fresh];
    this.#said = all.slice(-KEPT);
    if (all.length > KEPT) this.#from = this.#said[0]?.at ?? this.#from;
  }

  /** How many of the known messages were said by this second. */
  #count(second: number): number {
    const at = this.#said.findIndex((said) => said.at > second);
    return at < 0 ? this.#said.length : at;
  }

  #show(): void {
    const end = this.#count(this.#second);
    const start = Math.max(0, this.#count(this.#landed) - BEFORE, end - SHOWN);
    const shown = this.#said.slice(start, end);
    this.loading = this.#until <= this.#second && !this.failed;
    const same = shown.length === this.shown.length && shown[0]?.message.data === this.shown[0];
    if (same && shown.at(-1)?.message.data === this.shown.at(-1)) return;
    this.shown = shown.map(({ message }) => message.data);
  }
}
