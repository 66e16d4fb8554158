import { serverClock } from "../../client/clock";
import { chat as api } from "../../client/chat";
import { ApiError } from "../../client/error";
import { present, type Heart, type Message, type RealtimeGrant, type ReportReason } from "../../client/types";
import type { RoomEvents } from "../../client/events";
import { show } from "../../texts/show";
import { Hearts } from "./hearts.svelte";
import { counted, reacted } from "./reactions";
import { explainRefusal } from "./refusal";
import { Standing } from "./standing.svelte";
import { Timeline, withOwn, type Draft } from "./timeline";

export const LONGEST_MESSAGE = 300;
/** So long its author may change a message, ms. */
const EDITED_FOR_MS = 60_000;
const STORED_NAME = "storecast.guest-name";
const STORED_TEXT = "storecast.unsent.";

/** The calls a conversation makes. */
export type ChatApi = typeof api;

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
  /** What stands above the rest. */
  pinned = $state.raw<Message | null>(null);
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
  /** Which of their messages this reader is changing. */
  editing = $state.raw<Message | null>(null);
  #text = $state("");

  /** This reader's id as an author; null until the server has said. */
  me = $state<string | null>(null);
  /** Somebody reads what was said before: it is not dropped under their eyes. */
  reading = false;
  readonly standing = new Standing();
  /** Hears what its moderators work with has changed. */
  onmoderated: ((changed: RoomEvents["moderation.changed"]) => void) | null = null;
  readonly hearts: Hearts;
  #joined: string | null = null;
  #drafted = 0;
  /** What was written when somebody began to change what they had said. */
  #begun = "";
  readonly #timeline = new Timeline();
  /** What was heard since the screen was last drawn. */
  #heard: (() => void)[] = [];
  /** What went by that, and whose messages, up to which `seq`, go. */
  readonly #gone = new Set<string>();
  readonly #purged = new Map<string, number>();
  readonly #soon: (run: () => void) => void;
  readonly threadId: number;
  readonly #api: ChatApi;

  constructor(private readonly options: ChatOptions) {
    this.#api = options.api ?? api;
    this.#soon = options.soon ?? nextFrame;
    this.threadId = options.threadId;
    this.hearts = new Hearts(async (emoji: Heart, count) =>
      this.#api.hearts(options.threadSlug, emoji, count, await this.#token()),
    );
    this.guestName = globalThis.localStorage?.getItem(STORED_NAME) ?? null;
    this.#text = globalThis.sessionStorage?.getItem(STORED_TEXT + options.threadSlug) ?? "";
  }

  /** Its channel, as the API knows it. */
  get channel(): string {
    return this.options.threadSlug;
  }

  // Reading.

  /** The newest page, and what was said while it was on its way. */
  async load(): Promise<void> {
    const before = new Set(this.messages);
    try {
      const thread = await this.#read(null);
      const since = this.#timeline.messages.filter((message) => !before.has(message));
      this.#timeline.reset([...thread.messages.data, ...since]);
      this.older = thread.cursor;
      this.pinned = present<Message>(thread.pinned);
      this.standing.read(thread.settings, thread.me);
      this.onmoderated?.({ bans: true, reports: true, rules: true });
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

  // Hearing.

  receive(message: Message): void {
    this.#hear(() => {
      if (!this.#timeline.get(message.id)) this.#settle(message);
      this.#timeline.add([withOwn(message, this.#timeline.get(message.id))]);
    });
  }

  /** Its author has changed it. One that is out of the page is not brought in. */
  change(message: Message): void {
    this.#hear(() => {
      this.#timeline.change(message.id, (known) => withOwn(message, known));
      if (this.pinned?.id === message.id) this.pinned = message;
    });
  }

  /** It was taken away. Who moderates goes on seeing what it was. */
  drop(id: string): void {
    this.#hear(() => {
      const known = this.#timeline.get(id);
      // What waits for review its author goes on seeing.
      if (known?.state === "held" && known.author.data.id === this.me) return;
      if (this.standing.moderates) this.#timeline.change(id, (message) => ({ ...message, state: "deleted" }));
      else this.#timeline.remove((message) => message.id === id);
      this.#timeline.refuse(id);
      this.#gone.add(id);
    });
  }

  restore(message: Message): void {
    this.#hear(() => {
      // What went before goes before this comes back.
      this.#sweep();
      this.#timeline.revive(message.id);
      // What is older than the page comes with its own.
      if (this.older === null || message.seq >= Number(this.older))
        this.#timeline.add([withOwn(message, this.#timeline.get(message.id))]);
    });
  }

  /** All that these authors said until then is gone; one's own stays to see. */
  purge(authors: readonly string[], seq: number): void {
    this.#hear(() => authors.forEach((author) => this.#purged.set(author, seq)));
  }

  /** What this reader said waited for review. Where it is shown, the room hears it as well. */
  review(id: string, shown: boolean): void {
    this.#hear(() => this.#timeline.change(id, (message) => ({ ...message, state: shown ? "shown" : "deleted" })));
  }

  count(messages: RoomEvents["reactions.counted"]["messages"]): void {
    this.#hear(() => {
      for (const [id, counts] of Object.entries(messages))
        this.#timeline.change(id, (known) => ({ ...known, reactions: counted(known.reactions, counts) }));
    });
  }

  pin(message: Message): void {
    this.pinned = message;
  }

  unpin(id: string): void {
    if (this.pinned?.id === id) this.pinned = null;
  }

  // Writing.

  /** What is written and not sent yet: it outlives a turned phone, signing in and a reload. */
  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    if (this.editing === null) globalThis.sessionStorage?.setItem(STORED_TEXT + this.options.threadSlug, text);
  }

  /** Sends what is written. */
  submit(): void {
    void this.send(this.text.trim(), this.replyingTo?.id ?? null);
    this.text = "";
    this.replyingTo = null;
  }

  /** Whether this reader may still change what they said. */
  editable({ author, created_at, state }: Message): boolean {
    const age = serverClock.now() - Date.parse(created_at);
    return author.data.id === this.me && state !== "deleted" && age < EDITED_FOR_MS;
  }

  /** Begins to change a message; null: leaves off. */
  edit(message: Message | null): void {
    if (this.editing === null) this.#begun = this.text;
    this.editing = message;
    this.replyingTo = null;
    this.text = message?.data ?? this.#begun;
  }

  /** Says what is written in place of what was. Rejects with an `ApiError`. */
  async saveEdit(): Promise<void> {
    const { editing } = this;
    const text = this.text.trim();
    if (editing === null) return;
    if (text !== editing.data) {
      const message = await this.#api.edit(editing.id, text, await this.#token());
      this.#timeline.revive(message.id);
      this.#timeline.add([withOwn(message, this.#timeline.get(message.id))]);
      this.#publish();
    }
    if (this.editing?.id === editing.id) this.edit(null);
  }

  callMe(name: string): void {
    this.guestName = name;
    globalThis.localStorage?.setItem(STORED_NAME, name);
  }

  async send(text: string, replyFor: string | null): Promise<void> {
    const key = `draft-${(this.#drafted += 1)}`;
    this.drafts.push({ key, text, replyFor, state: "sending", problem: null });
    await this.#deliver(key);
  }

  async retry(key: string): Promise<void> {
    this.#redraft(key, { state: "sending", problem: null });
    await this.#deliver(key);
  }

  discard(key: string): void {
    this.drafts = this.drafts.filter((draft) => draft.key !== key);
  }

  // What is done with messages. Each rejects with an `ApiError`.

  /** Takes a message away from everybody. */
  async remove({ id }: Message): Promise<void> {
    await this.#api.remove(this.options.threadSlug, id, await this.#token());
    this.drop(id);
  }

  async react({ id }: Message, emoji: string, on: boolean): Promise<void> {
    const change = (to: boolean) => {
      this.#timeline.change(id, (known) => ({ ...known, reactions: reacted(known.reactions, emoji, to) }));
      this.#publish();
    };
    change(on);
    try {
      await this.#api.react(id, emoji, on, await this.#token());
    } catch (error) {
      change(!on);
      throw error;
    }
  }

  async report({ id }: Message, reason: ReportReason, note: string): Promise<void> {
    await this.#api.report(id, reason, note.trim() || null, await this.#token());
  }

  /** The token of a guest; null where somebody is signed in: they are known by their session. */
  async #token(): Promise<string | null> {
    return this.options.signedIn() ? null : (await this.options.grant()).token;
  }

  async #read(cursor: string | null) {
    const { token, identity } = await this.options.grant();
    this.me = identity.id;
    return this.#api.read(this.options.threadSlug, identity.id, this.options.signedIn() ? null : token, cursor);
  }

  async #deliver(key: string): Promise<void> {
    const draft = this.drafts.find((candidate) => candidate.key === key);
    if (!draft) return;
    try {
      const message = await this.#say(draft.text, draft.replyFor);
      this.discard(key);
      this.#timeline.add([withOwn(message, this.#timeline.get(message.id))]);
      this.standing.said();
      this.#publish();
    } catch (error) {
      if (error instanceof ApiError && error.status === 429 && error.retryAfter) this.standing.wait(error.retryAfter);
      this.#redraft(key, { state: "failed", problem: explainRefusal(error) });
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

  /** What many say at once is drawn at once. */
  #hear(change: () => void): void {
    this.#heard.push(change);
    if (this.#heard.length === 1) this.#soon(() => this.#flush());
  }

  #flush(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const change of heard) change();
    this.#sweep();
    this.#publish();
  }

  #publish(): void {
    if (!this.reading && this.#timeline.trim()) this.older = String(this.#timeline.messages[0]?.seq ?? "") || null;
    this.messages = this.#timeline.messages;
  }

  /** What is to go since the last time goes, however many were banned, and what answers it does not show it any more. */
  #sweep(): void {
    const [gone, purged] = [this.#gone, this.#purged];
    if (gone.size === 0 && purged.size === 0) return;
    const which = ({ author: { data: author }, seq, state }: Message) =>
      seq < (purged.get(author.id) ?? 0) && author.id !== this.me && state !== "deleted";
    if (purged.size > 0) {
      for (const message of this.#timeline.messages) if (which(message)) gone.add(message.id);
      if (this.standing.moderates) this.#timeline.changeAll(which, (message) => ({ ...message, state: "deleted" }));
      else this.#timeline.remove(which);
    }
    this.#timeline.changeAll(
      ({ reply_for, reply_to }) => reply_to !== null && reply_for !== null && gone.has(reply_for),
      (message) => ({ ...message, reply_to: null }),
    );
    if (this.replyingTo && gone.has(this.replyingTo.id)) this.replyingTo = null;
    gone.clear();
    purged.clear();
  }

  #redraft(key: string, change: Partial<Draft>): void {
    const draft = this.drafts.find((candidate) => candidate.key === key);
    if (draft) Object.assign(draft, change);
  }

  /** The event about our own message may come before the answer to our call. */
  #settle(message: Message): void {
    const own = this.drafts.find((draft) => draft.state === "sending" && draft.text === message.data);
    if (own && this.me === message.author.data.id) this.discard(own.key);
  }
}
