import { accounts } from "../../client/api";
import { ApiError } from "../../client/error";
import type { Tokens, User } from "../../client/types";
import { REFRESH as STORED } from "./known";

const STORED_ACCESS = "storecast.access";
/** The access token is renewed this long before it ends. */
const MARGIN_MS = 30_000;

/** The parts of the browser a session leans on, so that tests can stand in for them. */
export interface Surroundings {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Runs one at a time over all tabs: a refresh token used twice would end the session. */
  exclusively<T>(run: () => Promise<T>): Promise<T>;
  now(): number;
}

export function browserSurroundings(): Surroundings {
  return {
    storage: window.localStorage,
    // Locks exist in secure contexts only.
    exclusively: async (run) => ("locks" in navigator ? await navigator.locks.request(STORED, run) : await run()),
    now: () => Date.now(),
  };
}

/** The calls a session makes. */
export interface SessionApi {
  login(email: string, password: string): Promise<Tokens>;
  register(name: string, email: string, password: string): Promise<unknown>;
  refresh(token: string): Promise<Tokens>;
  logout(token: string): Promise<unknown>;
  profile(): Promise<User>;
}

interface Access {
  token: string;
  endsAt: number;
}

/**
 * Who is signed in here. Both tokens live in local storage, so that a page does not begin with a trade of the refresh
 * token: whoever left it meanwhile would lose the new one, and the old one used twice ends the session.
 */
export class Session {
  user = $state.raw<User | null>(null);
  /** Signed in, but let in nowhere before a second factor is set up: some installations want one of their operators. */
  confined = $state(false);
  /** False until it is known whether a stored session still stands. */
  ready = $state(false);

  /** Whose sign-in ended elsewhere while this page was open; null again once somebody signs in or leaves. */
  lapsed = $state.raw<User | null>(null);

  #refreshing: Promise<string | null> | null = null;

  constructor(
    private readonly around: Surroundings = browserSurroundings(),
    private readonly api: SessionApi = accounts,
  ) {}

  get signedIn(): boolean {
    return this.user !== null;
  }

  /** Whose page this is: who is signed in, or was until it ended elsewhere. */
  get person(): User | null {
    return this.user ?? this.lapsed;
  }

  /** Takes up the stored session, if there is one. */
  async resume(): Promise<void> {
    try {
      if (await this.token()) await this.reload();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Out of reach for now: the stored token may still be good.
      if (error.status === 401) this.#forget();
    } finally {
      this.ready = true;
    }
  }

  /** Throws an `ApiError` with a `secondFactor` where the account wants more than the password. */
  async signIn(email: string, password: string): Promise<void> {
    await this.enter(await this.api.login(email, password));
  }

  /** Signs in with tokens that were got by other means than the password alone. */
  async enter(tokens: Tokens): Promise<void> {
    this.#keep(tokens);
    await this.reload();
  }

  /** Looks anew at who is signed in, after a change of the account. */
  async reload(): Promise<void> {
    try {
      this.user = await this.api.profile();
      this.lapsed = null;
      this.confined = false;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      this.user = null;
      this.confined = true;
    }
  }

  async signUp(name: string, email: string, password: string): Promise<void> {
    await this.api.register(name, email, password);
    await this.signIn(email, password);
  }

  async signOut(): Promise<void> {
    const access = this.#access();
    this.#forget();
    if (access === null) return;
    try {
      await this.api.logout(access.token);
    } catch (error) {
      // Signed out here all the same; the server's tokens run out by themselves.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** A valid access token, renewed when near its end; null when nobody is signed in. */
  async token(): Promise<string | null> {
    const access = this.#access();
    if (access && access.endsAt - MARGIN_MS > this.around.now()) return access.token;
    return this.renew();
  }

  /** Trades the refresh token for a new pair; callers at the same time share one trade. */
  renew(): Promise<string | null> {
    this.#refreshing ??= this.around
      .exclusively(() => this.#trade())
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  async #trade(): Promise<string | null> {
    // Read inside the lock: another tab may have traded it a moment ago.
    const stored = this.around.storage.getItem(STORED);
    if (!stored) {
      this.#lapse();
      return null;
    }
    try {
      return this.#keep(await this.api.refresh(stored));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401 || error.status === 422) {
        this.#lapse();
        return null;
      }
      throw error;
    }
  }

  #keep(tokens: Tokens): string {
    const access: Access = { token: tokens.access_token, endsAt: this.around.now() + tokens.expires_in * 1000 };
    this.around.storage.setItem(STORED_ACCESS, JSON.stringify(access));
    this.around.storage.setItem(STORED, tokens.refresh_token);
    return tokens.access_token;
  }

  /** The newest of any tab's. */
  #access(): Access | null {
    const stored = this.around.storage.getItem(STORED_ACCESS);
    try {
      return stored === null ? null : (JSON.parse(stored) as Access);
    } catch {
      return null; // not written by us
    }
  }

  #lapse(): void {
    const { person } = this;
    this.#forget();
    this.lapsed = person;
  }

  #forget(): void {
    this.user = this.lapsed = null;
    this.confined = false;
    this.around.storage.removeItem(STORED_ACCESS);
    this.around.storage.removeItem(STORED);
  }
}
