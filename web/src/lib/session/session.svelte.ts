import { accounts } from "../../client/api";
import { ApiError } from "../../client/error";
import { unreachable } from "../../client/transport";
import type { Tokens, User } from "../../client/types";
import { REFRESH as STORED } from "./known";
import { subjectOf } from "./subject";

const STORED_ACCESS = "storecast.access";
const STORED_TRADE = "storecast.trade";
/** The access token is renewed this long before it ends. */
const MARGIN_MS = 30_000;
/**
 * When a refresh token is sent again if nothing has come of it yet: for ten seconds after its first use the server
 * answers what it answered first, which may have got lost on its way. Later it would end the session.
 */
const TRADES_MS = [0, 2_000, 5_000, 8_000];
const TRADED_MS = 9_500;
/** No answer comes any more, to whichever page: sending it again can lose nothing then. */
const UNANSWERED_MS = TRADED_MS + 20_500;
/** How long to wait between looks at who is signed in, while the server is out of reach. */
const LOOKS_MS = [500, 2_000, 4_000];

/** The parts of the browser a session leans on, so that tests can stand in for them. */
export interface Surroundings {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Runs one at a time over all tabs, where the browser can: they need not all trade the token. */
  exclusively<T>(run: () => Promise<T>): Promise<T>;
  now(): number;
  pause(ms: number): Promise<void>;
}

export function browserSurroundings(): Surroundings {
  return {
    storage: window.localStorage,
    // Locks exist in secure contexts only, and a name in a LAN by plain http is none.
    exclusively: async (run) => ("locks" in navigator ? await navigator.locks.request(STORED, run) : await run()),
    now: () => Date.now(),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
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

/** Which refresh token was sent first, and when: by a page that may have been left since, or in another tab. */
interface Trade {
  token: string;
  at: number;
}

/** Whether the server said no, rather than nothing. */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 401 || error.status === 422);
}

/**
 * Who is signed in here. Both tokens live in local storage, so that a page does not begin with a trade of the refresh
 * token: whoever left it meanwhile would lose the new one. What is stored may be another tab's at any time.
 */
export class Session {
  user = $state.raw<User | null>(null);
  /** Signed in, but let in nowhere before a second factor is set up: some installations want one of their operators. */
  confined = $state(false);
  /** False until it is known whether a stored session still stands. */
  ready = $state(false);

  /** Whose sign-in ended elsewhere while this page was open; null again once somebody signs in or leaves. */
  lapsed = $state.raw<User | null>(null);

  /** For whom this page sends, once it has sent anything. Tokens stored in another tab may be somebody else's. */
  #subject: string | null = null;
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
      if (await this.token()) await this.#look();
    } catch (error) {
      // Out of reach for now: the stored token may still be good.
      if (!(error instanceof ApiError)) throw error;
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
    const subject = subjectOf(this.#keep(tokens));
    if (subject !== this.#subject) this.user = this.lapsed = null;
    this.#subject = subject;
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
    const others = access !== null && this.#subject !== null && subjectOf(access.token) !== this.#subject;
    this.user = this.lapsed = this.#subject = null;
    this.confined = false;
    // Somebody else has signed in in another tab: not this page's to end.
    if (others) return this.resume();
    this.#forget();
    if (access === null) return;
    try {
      await this.api.logout(access.token);
    } catch (error) {
      // Signed out here all the same; the server's tokens run out by themselves.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** A valid access token of who this page is for, renewed when near its end; null when they are not signed in. */
  async token(): Promise<string | null> {
    const access = this.#access();
    return access && this.#lasts(access) ? this.#own(access.token) : this.renew(access?.token ?? null);
  }

  /** Trades the refresh token for a new pair, unless `refused` has a successor; callers at once share one trade. */
  renew(refused: string | null): Promise<string | null> {
    this.#refreshing ??= this.around
      .exclusively(() => this.#trade(refused))
      .then((token) => this.#own(token))
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  /** Nothing is sent as somebody else than whose page this is. */
  #own(token: string | null): string | null {
    if (token !== null && subjectOf(token) === (this.#subject ??= subjectOf(token))) return token;
    this.#lapse();
    return null;
  }

  async #trade(refused: string | null): Promise<string | null> {
    const access = this.#access();
    if (access && access.token !== refused && this.#lasts(access)) return access.token;
    const stored = this.around.storage.getItem(STORED);
    if (!stored) {
      this.#forget();
      return null;
    }
    const tokens = await this.#ask(stored);
    // Another tab has traded it meanwhile, or somebody has signed in or out there: theirs is newer.
    if (this.around.storage.getItem(STORED) !== stored) return this.#trade(refused);
    if (tokens) return this.#keep(tokens);
    this.#forget();
    return null;
  }

  /** The pair a refresh token brings, null where it is refused. It is sent until an answer comes; the first counts. */
  async #ask(token: string): Promise<Tokens | null> {
    const first = this.#firstSent(token);
    let answered = false;
    const tries = TRADES_MS.map(async (ms) => {
      if (ms > 0) await this.around.pause(ms);
      // Another tab has a newer one.
      if (this.around.storage.getItem(STORED) !== token) return null;
      if (answered || this.around.now() - first > TRADED_MS) throw unreachable();
      try {
        return await this.api.refresh(token);
      } catch (error) {
        if (isRefusal(error)) return null;
        throw error;
      }
    });
    try {
      return await Promise.any(tries);
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    } finally {
      answered = true;
    }
  }

  #firstSent(token: string): number {
    const now = this.around.now();
    const trade = this.#read<Trade>(STORED_TRADE);
    const age = trade?.token === token ? now - trade.at : UNANSWERED_MS;
    if (trade && age >= 0 && age < UNANSWERED_MS) return trade.at;
    this.around.storage.setItem(STORED_TRADE, JSON.stringify({ token, at: now } satisfies Trade));
    return now;
  }

  /** As `reload`, with patience: a page that begins while the server does not answer is not signed out. */
  async #look(): Promise<void> {
    for (const ms of LOOKS_MS) {
      try {
        return await this.reload();
      } catch (error) {
        if (!(error instanceof ApiError && error.passing)) throw error;
        await this.around.pause(ms);
      }
    }
    await this.reload();
  }

  #lasts(access: Access): boolean {
    return access.endsAt - MARGIN_MS > this.around.now();
  }

  /** Answers the access token. */
  #keep(tokens: Tokens): string {
    const access: Access = { token: tokens.access_token, endsAt: this.around.now() + tokens.expires_in * 1000 };
    this.around.storage.setItem(STORED_ACCESS, JSON.stringify(access));
    this.around.storage.setItem(STORED, tokens.refresh_token);
    this.around.storage.removeItem(STORED_TRADE);
    return tokens.access_token;
  }

  /** The newest of any tab's. */
  #access(): Access | null {
    return this.#read<Access>(STORED_ACCESS);
  }

  #read<T>(key: string): T | null {
    const stored = this.around.storage.getItem(key);
    try {
      return stored === null ? null : (JSON.parse(stored) as T);
    } catch {
      return null; // not written by us
    }
  }

  #lapse(): void {
    this.lapsed = this.person;
    this.user = null;
    this.confined = false;
  }

  #forget(): void {
    for (const key of [STORED_ACCESS, STORED, STORED_TRADE]) this.around.storage.removeItem(key);
  }
}
