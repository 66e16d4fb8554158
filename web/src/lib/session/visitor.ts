import { accounts } from "../../client/api";
import { ApiError } from "../../client/error";
import type { RealtimeGrant } from "../../client/types";

/** Renewed this long before it ends. */
const MARGIN_MS = 60_000;

/** The visitor's realtime identity: the signed-in user's, or a guest's that is kept while it can be renewed. */
export class Visitor {
  #grant: { value: RealtimeGrant; endsAt: number; user: string | null } | null = null;
  #asking: Promise<RealtimeGrant> | null = null;

  constructor(
    private readonly userId: () => string | null,
    private readonly ask: typeof accounts.realtime = accounts.realtime,
    private readonly now: () => number = Date.now,
  ) {}

  /** A grant with some life left. */
  async grant(): Promise<RealtimeGrant> {
    const held = this.#grant;
    if (held && held.user === this.userId() && held.endsAt - MARGIN_MS > this.now()) return held.value;
    this.#asking ??= this.#renew().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Somebody signed in or out: the next grant is theirs. */
  forget(): void {
    this.#grant = null;
  }

  async #renew(): Promise<RealtimeGrant> {
    const user = this.userId();
    const old = user === null && this.#grant?.user === null ? this.#grant.value.token : null;
    let value: RealtimeGrant;
    try {
      value = await this.ask(old);
    } catch (error) {
      if (old === null || !(error instanceof ApiError) || error.offline) throw error;
      value = await this.ask(null);
    }
    this.#grant = { value, endsAt: this.now() + value.expires_in * 1000, user };
    return value;
  }
}
