import { accounts } from "../../client/api";
import { ApiError } from "../../client/error";
import type { RealtimeGrant } from "../../client/types";

const STORED = "storecast.guest";
/** Renewed this long before it ends. */
const MARGIN_MS = 60_000;

interface Held {
  value: RealtimeGrant;
  endsAt: number;
  /** The user it speaks for; null for a guest. */
  user: string | null;
}

/** Where a guest is kept between visits, so that a reload does not make a stranger of them. */
export type GuestStorage = Pick<Storage, "getItem" | "setItem">;

/** The visitor's realtime identity: the signed-in user's, or a guest's that is kept while it can be renewed. */
export class Visitor {
  #held: Held | null = null;
  #asking: Promise<RealtimeGrant> | null = null;

  constructor(
    private readonly userId: () => string | null,
    private readonly ask: (guest: string | null) => Promise<RealtimeGrant> = accounts.realtime,
    private readonly storage: GuestStorage = window.localStorage,
    private readonly now: () => number = Date.now,
  ) {}

  /** A grant with some life left; `anew` when the held one was refused. */
  async grant(anew = false): Promise<RealtimeGrant> {
    const user = this.userId();
    if (user === null && this.#held === null) this.#held = this.#stored();
    const held = this.#held;
    if (!anew && held?.user === user && held.endsAt - MARGIN_MS > this.now()) return held.value;
    this.#asking ??= this.#renew(user).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** The token of this browser's guest, even once it is over; null where there never was one. */
  get guest(): string | null {
    const held = this.#held?.user === null ? this.#held : this.#stored();
    return held?.value.token ?? null;
  }

  /** Somebody signed in or out: the next grant is theirs. */
  forget(): void {
    this.#held = null;
    this.#asking = null;
  }

  async #renew(user: string | null): Promise<RealtimeGrant> {
    const old = user === null && this.#held?.user === null ? this.#held.value.token : null;
    let value: RealtimeGrant;
    try {
      value = await this.ask(old);
    } catch (error) {
      // A guest who stayed away too long starts anew.
      if (old === null || !(error instanceof ApiError) || error.offline) throw error;
      value = await this.ask(null);
    }
    this.#held = { value, endsAt: this.now() + value.expires_in * 1000, user };
    if (user === null) this.storage.setItem(STORED, JSON.stringify(this.#held));
    return value;
  }

  #stored(): Held | null {
    try {
      return JSON.parse(this.storage.getItem(STORED) ?? "null") as Held | null;
    } catch {
      return null;
    }
  }
}
