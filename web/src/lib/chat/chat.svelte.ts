import { chat as api } from "../../client/api";
import { ApiError } from "../../client/error";
import type { Message, RealtimeGrant, Thread } from "../../client/types";
import { show } from "../../texts/show";
import { explainRefusal } from "./refusal";
import { Timeline, type Draft } from "./timeline";

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
  /** Runs something once the screen is drawn next; at once where nobody draws. */
  soon?(run: () => void): void;
}

/** A window that nobody looks at draws nothing; what is said meanwhile comes to it this often, ms. */
const UNSEEN_MS = 500;

function nextFrame(run: () => void): void {
  if (typeof requestAnimationFrame === "undefined") run();
  else if (document.hidden) setTimeout(run, UNSEEN_MS);
  else requestAnimationFrame(run);
}

/** One channel's conversation: what was said, what this reader is sending, and under which name. */
export class Chat {
  messages = $state.raw<readonly Message[]>([]);
  drafts = $state<Draft[]>([]);
  /** The name a guest writes under; null until chosen. */
  guestName = $state<string | null>(null);
  loaded = $state(false);
  problem = $state<string | null>(null);
  older = $state<string | null>(null);
  loadingOlder = $state(false);
  /** Older messages could not be had; they are asked for again when somebody says so. */
  olderFailed = $state(false);
  replyingTo = $state.raw<Message | null>(null);
  #text = $state("");

  /** This reader's id as an author; null until the server has said. */
  me = $state<string | null>(null);
  /** Somebody reads what was said before: it is not dropped under their eyes. */
  reading = false;
  #joined: string | null = null;
  #drafted = 0;
  readonly #timeline = new Timeline();
  /** What was heard since the screen was last drawn. */
  #heard: (() => void)[] = [];
  readonly #soon: (run: () => void) => void;
  readonly threadId: number;
  readonly #api: ChatApi;

  constructor(private readonly options: ChatOptions) {
    this.#api = options.api ?? api;
    this.#soon = options.soon ?? nextFrame;
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

  /** The newest page, and what was said while it was on its way. */
  async load(): Promise<void> {
    const before = new Set(this.messages);
    try {
      const thread = await this.#read(null);
      const since = this.#timeline.messages.filter((message) => !before.has(message));
      this.#timeline.reset([...thread.messages.data, ...since]);
      this.older = thread.cursor;
      this.#publish();
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
    const cursor = this.older;
    this.loadingOlder = true;
    this.olderFailed = false;
    try {
      const thread = await this.#read(cursor);
      // Another page may have been loaded meanwhile, from the top.
      if (this.older !== cursor) return;
      this.#timeline.add(thread.messages.data);
      this.older = thread.cursor;
      this.#publish();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.olderFailed = true;
    } finally {
      this.loadingOlder = false;
    }
  }

  /** What was said by this id, where it is on the page. */
  find(id: string): Message | undefined {
    void this.messages;
    return this.#timeline.get(id);
  }

  receive(message: Message): void {
    this.#hear(() => {
      this.#settle(message);
      this.#timeline.add([message]);
    });
  }

  /** What many say at once is drawn at once. */
  #hear(change: () => void): void {
    this.#heard.push(change);
    if (this.#heard.length === 1) this.#soon(() => this.#flush());
  }

  #flush(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const change of heard) change();
    this.#publish();
  }

  #publish(): void {
    if (!this.reading && this.#timeline.trim()) {
      const oldest = this.#timeline.messages[0];
      this.older = oldest ? String(oldest.seq) : null;
    }
    this.messages = this.#timeline.messages;
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
    this.me = identity.id;
    // The realtime token speaks for guests only; users are known by their session.
    return this.#api.read(this.options.threadSlug, identity.id, this.options.signedIn() ? null : token, cursor);
  }

  async #deliver(key: string): Promise<void> {
    const draft = this.drafts.find((candidate) => candidate.key === key);
    if (!draft) return;
    try {
      const message = await this.#say(draft.text, draft.replyFor);
      this.discard(key);
      this.#timeline.add([message]);
      this.#publish();
    } catch (error) {
      this.#change(key, { state: "failed", problem: explainRefusal(error) });
    }
  }

  async #say(text: string, replyFor: string | null): Promise<Message> {
    if (this.options.signedIn()) return this.#api.say(this.threadId, text, replyFor, null);
    const { token, identity } = await this.options.grant();
    this.me = identity.id;
    const seat = `${identity.id}/${this.guestName ?? ""}`;
    if (this.#joined !== seat) {
      await this.#api.join(this.options.threadSlug, this.guestName ?? show.chat.guest, token);
      this.#joined = seat;
    }
    return this.#api.say(this.threadId, text, replyFor, token);
  }

  #change(key: string, change: Partial<Draft>): void {
    const draft = this.drafts.find((candidate) => candidate.key === key);
    if (draft) Object.assign(draft, change);
  }

  /** The event about our own message may come before the answer to our call. */
  #settle(message: Message): void {
    const own = this.drafts.find((draft) => draft.state === "sending" && draft.text === message.data);
    if (own && this.me === message.author.data.id) this.discard(own.key);
  }
}
