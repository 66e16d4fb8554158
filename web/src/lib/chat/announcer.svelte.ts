import type { Message } from "../../client/types";
import { show } from "../../texts/show";

/** Between two things that are read out passes at least so long, ms: who listens can follow, and hear the show. */
const PAUSE_MS = 5000;

/**
 * What a screen reader says of a conversation.
 *
 * In a quiet one each message is read out; in a busy one how many there were, every few seconds. What is meant for this
 * reader is said at once, unless somebody makes a habit of it.
 */
export class Announcer {
  /** Said when there is a pause. */
  polite = $state("");
  /** Said at once. */
  urgent = $state("");

  #waiting: Message[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #urgentAgain = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** These were said just now. */
  hear(messages: readonly Message[], meant: (message: Message) => boolean): void {
    const rest: Message[] = [];
    for (const message of messages) {
      if (!meant(message) || this.now() < this.#urgentAgain) rest.push(message);
      else {
        this.urgent = words(message);
        this.#urgentAgain = this.now() + PAUSE_MS;
      }
    }
    this.#waiting.push(...rest);
    if (this.#timer === undefined) this.#say();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #say(): void {
    this.#timer = undefined;
    const [first, ...more] = this.#waiting;
    if (first === undefined) return;
    this.polite = more.length === 0 ? words(first) : show.chat.unread(more.length + 1);
    this.#waiting = [];
    this.#timer = setTimeout(() => this.#say(), PAUSE_MS);
  }
}

const words = ({ author, data }: Message) => `${author.data.name}: ${data}`;
