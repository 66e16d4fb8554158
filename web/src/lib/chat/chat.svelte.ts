import { chat as api } from "../../client/api";
import { ApiError } from "../../client/error";
import type { Message, RealtimeGrant, Thread } from "../../client/types";
import { show } from "../../texts/show";
import { explainRefusal } from "./refusal";
import { merge, newerThan, trim, type Draft } from "./timeline";

export const LONGEST_MESSAGE = 300;
const STORED_NAME = "storecast.guest-name";
const STORED_TEXT = "storecast.unsent.";

/** The calls a conversation makes. */
export interface ChatApi {
  read(threadSlug: string, userId: string, guest: string | null, cursor: string | null): Promise<Thread>;
  join(threadSlug: string, name: string, guest: string): Promise<unknown>;
  say(threadId: number, text: string, replyFor: string | null, guest: string | null): Promise<Message>;
}

export interface ChatOptions {
  threadSlug: string;
  threadId: number;
  grant(): Promise<RealtimeGrant>;
  signedIn(): boolean;
  api?: ChatApi;
}

/** One channel's conversation: what was said, what this reader is sending, and under which name. */
export class Chat {
  messages = $state.raw<Message[]>([]);
  drafts = $state<Draft[]>([]);
  /** The name a guest writes under; null until chosen. */
  guestName = $state<string | null>(null);
  loaded = $state(false);
  problem = $state<string | null>(null);
  older = $state<string | null>(null);
  loadingOlder = $state(false);
  replyingTo = $state.raw<Message | null>(null);
  #text = $state("");

  /** This reader's id as an author. */
  #me: string | null = null;
  #joined: string | null = null;
  /** Whether the server has been asked what was said before the page came. */
  #paged = false;
  #drafted = 0;
  readonly threadId: number;
  readonly #api: ChatApi;

  constructor(private readonly options: ChatOptions) {
    this.#api = options.api ?? api;
    this.threadId = options.threadId;
    this.guestName = globalThis.localStorage?.getItem(STORED_NAME) ?? null;
    this.#text = globalThis.sessionStorage?.getItem(STORED_TEXT + options.threadSlug) ?? "";
  }

  /** What is written and not sent yet: it outlives a turned phone, signing in and a reload. */
  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    globalThis.sessionStorage?.setItem(STORED_TEXT + this.options.threadSlug, text);
  }

  /** Sends what is written. */
  submit(): void {
    void this.send(this.text.trim(), this.replyingTo?.id ?? null);
    this.text = "";
    this.replyingTo = null;
  }

  callMe(name: string): void {
    this.guestName = name;
    globalThis.localStorage?.setItem(STORED_NAME, name);
  }

  /** The newest page, merged with what is here already. */
  async load(): Promise<void> {
    try {
      const thread = await this.#read(null);
      const page = thread.messages.data;
      const known = new Set(this.messages.map(({ id }) => id));
      // A gap between the page and what is here cannot be filled from the top: start over with the page.
      const gap = this.messages.length > 0 && page.length > 0 && !page.some(({ id }) => known.has(id));
      if (gap || !this.#paged) this.older = thread.cursor;
      this.#paged = true;
      this.messages = merge(gap ? newerThan(page, this.messages) : this.messages, page);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.offline ? show.problem.unreachable : show.problem.notLoaded;
    } finally {
      this.loaded = true;
    }
  }

  async loadOlder(): Promise<void> {
    if (this.older === null || this.loadingOlder) return;
    this.loadingOlder = true;
    try {
      const { messages, cursor } = await this.#read(this.older);
      this.messages = [...messages.data.filter(({ id }) => !this.messages.some((m) => m.id === id)), ...this.messages];
      this.older = cursor;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = show.problem.olderNotLoaded;
    } finally {
      this.loadingOlder = false;
    }
  }

  receive(message: Message): void {
    this.#settle(message);
    this.#add(message);
  }

  async send(text: string, replyFor: string | null): Promise<void> {
    const key = `draft-${(this.#drafted += 1)}`;
    this.drafts.push({ key, text, replyFor, state: "sending", problem: null });
    await this.#deliver(key);
  }

  async retry(key: string): Promise<void> {
    this.#change(key, { state: "sending", problem: null });
    await this.#deliver(key);
  }

  discard(key: string): void {
    this.drafts = this.drafts.filter((draft) => draft.key !== key);
  }

  async #read(cursor: string | null): Promise<Thread> {
    const { token, identity } = await this.options.grant();
    this.#me = identity.id;
    // The realtime token speaks for guests only; users are known by their session.
    return this.#api.read(this.options.threadSlug, identity.id, this.options.signedIn() ? null : token, cursor);
  }

  async #deliver(key: string): Promise<void> {
    const draft = this.drafts.find((candidate) => candidate.key === key);
    if (!draft) return;
    try {
      const message = await this.#say(draft.text, draft.replyFor);
      this.discard(key);
      this.#add(message);
    } catch (error) {
      this.#change(key, { state: "failed", problem: explainRefusal(error) });
    }
  }

  async #say(text: string, replyFor: string | null): Promise<Message> {
    if (this.options.signedIn()) return this.#api.say(this.threadId, text, replyFor, null);
    const { token, identity } = await this.options.grant();
    this.#me = identity.id;
    const seat = `${identity.id}/${this.guestName ?? ""}`;
    if (this.#joined !== seat) {
      await this.#api.join(this.options.threadSlug, this.guestName ?? show.chat.guest, token);
      this.#joined = seat;
    }
    return this.#api.say(this.threadId, text, replyFor, token);
  }

  #add(message: Message): void {
    const all = merge(this.messages, [message]);
    this.messages = trim(all);
    // The cursor no longer points at what comes before the oldest message kept.
    if (all.length > this.messages.length) this.older = null;
  }

  #change(key: string, change: Partial<Draft>): void {
    const draft = this.drafts.find((candidate) => candidate.key === key);
    if (draft) Object.assign(draft, change);
  }

  /** The event about our own message may come before the answer to our call. */
  #settle(message: Message): void {
    const own = this.drafts.find((draft) => draft.state === "sending" && draft.text === message.data);
    if (own && this.#me === message.author.data.id) this.discard(own.key);
  }
}
