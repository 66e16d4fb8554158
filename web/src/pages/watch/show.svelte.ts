import { audience } from "../../client/api";
import { ApiError } from "../../client/error";
import { present, type Playback } from "../../client/types";
import { Chat } from "../../lib/chat/chat.svelte";
import { Player } from "../../lib/player/player.svelte";
import { Backoff } from "../../lib/realtime/backoff";
import { Realtime, type RealtimeState } from "../../lib/realtime/realtime";
import { hear, type Listener } from "../../lib/realtime/room_events";
import type { Session } from "../../lib/session/session.svelte";
import { Visitor } from "../../lib/session/visitor";
import { Shelf } from "../../lib/shelf/shelf.svelte";
import { Heartbeat } from "./heartbeat";
import { HeldPass, takeCodeFromAddress } from "./held_pass";

export type Phase = "loading" | "missing" | "unreachable" | "refused" | "upcoming" | "live" | "ended";

/** A viewer a few seconds late sees the end; after this the page stops waiting for it. */
const LAST_FRAMES_MS = 6000;
/** The chat does not wait longer than this for the realtime connection. */
const CHAT_ALONE_MS = 2500;
/** By then every API process has heard of a show that began. */
const HEARD_MS = 2000;

/** One visit to a channel's watch page: everything that changes while it is open. */
export class Show implements Listener {
  details = $state.raw<Playback | null>(null);
  phase = $state<Phase>("loading");
  viewers = $state<number | null>(null);
  realtimeState = $state<RealtimeState>("closed");
  chat = $state.raw<Chat | null>(null);
  codeProblem = $state<string | null>(null);

  readonly player: Player;
  readonly shelf: Shelf;
  readonly visitor: Visitor;
  readonly #realtime: Realtime;
  readonly #pass: HeldPass;
  readonly #heartbeat: Heartbeat;
  readonly #backoff = new Backoff(1000, 15_000);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #beginning: ReturnType<typeof setTimeout> | undefined;
  #wasLive = false;
  /** Questions for the details, counted: an answer that comes after a later one's is stale. */
  #asked = 0;
  #answered = 0;

  constructor(
    private readonly slug: string,
    private readonly session: Session,
  ) {
    this.#pass = new HeldPass(slug);
    this.visitor = new Visitor(() => session.user?.hash_id ?? null);
    this.player = new Player({
      source: async () => {
        await this.#fetch();
        return this.#address();
      },
    });
    this.shelf = new Shelf(() => this.player.playing);
    this.#realtime = new Realtime({
      room: slug,
      grant: (anew) => this.visitor.grant(anew),
      onEvent: (event) => hear(this, event),
      onReload: () => void this.#reloadAll(),
      onState: (state) => (this.realtimeState = state),
    });
    this.#heartbeat = new Heartbeat(
      () => (this.phase === "live" ? (this.details?.id ?? null) : null),
      () => this.#guest(),
      (viewers) => (this.viewers = viewers),
    );
  }

  async start(): Promise<void> {
    const code = takeCodeFromAddress();
    await this.reload();
    if (code !== null && this.phase === "refused") await this.redeem(code);
    this.#realtime.start();
    this.#heartbeat.start();
    this.#timer = setTimeout(() => {
      if (this.chat && !this.chat.loaded) void this.chat.load();
    }, CHAT_ALONE_MS);
    window.addEventListener("online", () => this.#realtime.restart());
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#ending);
    clearTimeout(this.#beginning);
    this.#realtime.stop();
    this.#heartbeat.stop();
    this.shelf.stop();
  }

  /** Somebody signed in or out here: what may be seen and who is speaking changed. */
  async identityChanged(): Promise<void> {
    this.visitor.forget();
    await this.#reloadAll();
    this.#realtime.restart();
  }

  async redeem(code: string): Promise<void> {
    this.codeProblem = null;
    try {
      const guest = this.session.signedIn ? null : (await this.visitor.grant()).token;
      const details = await audience.redeem(this.slug, code, guest);
      if (!details.iCanSee) {
        this.codeProblem = "This code does not open the show.";
        return;
      }
      this.#pass.keep();
      this.#show(details);
      this.#realtime.restart();
      await Promise.all([this.#loadShelf(), this.chat?.load()]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 429) this.codeProblem = "Too many tries. Wait a minute, then try again.";
      else if (error.offline) this.codeProblem = error.message;
      else this.codeProblem = error.fields["code"] ?? "This code does not open the show.";
    }
  }

  get following(): boolean {
    return present(this.details?.following) !== null;
  }

  /** Whether there is somebody to follow: a private channel's host cannot be followed from outside, nor oneself. */
  get followable(): boolean {
    return this.details !== null && !this.details.isOwner && (this.details.iCanSee || this.details.privacy < 2);
  }

  /** Follows the host, or no longer. Rejects with an `ApiError`. */
  async follow(following: boolean): Promise<void> {
    if (this.details === null) return;
    await audience.follow(this.details.id, following);
    await this.#fetch();
  }

  /** The process of the API that is asked may hear of the show after this page did: then it is asked once more. */
  async streamStarted(): Promise<void> {
    await this.reload();
    clearTimeout(this.#beginning);
    if (this.details?.iCanSee && this.#address() === null) {
      this.#beginning = setTimeout(() => void this.reload(), HEARD_MS);
    }
  }

  streamEnded(): void {
    clearTimeout(this.#beginning);
    const over = () => {
      this.player.load(null);
      this.phase = "ended";
    };
    clearTimeout(this.#ending);
    if (this.phase !== "live") return;
    if (this.player.status === "playing") this.#ending = setTimeout(over, LAST_FRAMES_MS);
    else over();
  }

  channelUpdated(): void {
    void this.reload();
  }

  /** Details and shelf, as they are now. Never rejects: what went wrong shows in `phase`. */
  async reload(): Promise<void> {
    try {
      await this.#fetch();
      await this.#loadShelf();
      this.#backoff.reset();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) this.phase = "missing";
      else if (this.details === null) {
        this.phase = error.status === 401 || error.status === 403 ? "refused" : "unreachable";
        if (this.phase === "unreachable") setTimeout(() => void this.reload(), this.#backoff.next());
      }
    }
  }

  async #reloadAll(): Promise<void> {
    const known = this.chat;
    await Promise.all([this.reload(), known?.load()]);
    if (this.chat !== known) await this.chat?.load();
  }

  async #fetch(): Promise<void> {
    const asked = ++this.#asked;
    const details = await audience.details(this.slug, await this.#guest());
    if (asked < this.#answered) return;
    this.#answered = asked;
    this.#show(details);
  }

  /** The token of a guest with a pass; everyone else is known by their session, or not at all. */
  async #guest(): Promise<string | null> {
    return this.#pass.held && !this.session.signedIn ? (await this.visitor.grant()).token : null;
  }

  async #loadShelf(): Promise<void> {
    if (this.phase === "refused" || !this.details?.shop_enabled) return;
    await this.shelf.load(audience.products(this.slug, await this.#guest()));
  }

  #show(details: Playback): void {
    this.details = details;
    if (!details.iCanSee) this.chat = null;
    else if (this.chat?.threadId !== details.thread_id) {
      this.chat = new Chat({
        threadSlug: this.slug,
        threadId: details.thread_id,
        grant: () => this.visitor.grant(),
        signedIn: () => this.session.signedIn,
      });
    }
    const address = this.#address();
    if (!details.iCanSee) this.phase = "refused";
    else if (address !== null) {
      clearTimeout(this.#ending);
      this.#wasLive = true;
      this.phase = "live";
    } else this.#rest();
    // A signed address differs each time; the one that plays keeps playing.
    if (address === null || this.player.status === "idle") this.player.load(address);
  }

  /** Where the show plays now, null when it is not on. */
  #address(): string | null {
    const stream = present(this.details?.stream);
    if (!this.details?.iCanSee || !stream?.is_live) return null;
    return present(stream.playback)?.hls_url ?? null;
  }

  #rest(): void {
    const startsAt = this.startsAt;
    const ahead = startsAt !== null && startsAt.getTime() > Date.now();
    this.phase = !ahead && this.#wasLive ? "ended" : "upcoming";
  }

  /** When the show is announced for, null when it is not. */
  get startsAt(): Date | null {
    const { starts_at, starts_at_status } = this.details ?? {};
    const time = starts_at && starts_at_status ? new Date(starts_at) : null;
    return time && !Number.isNaN(time.getTime()) ? time : null;
  }
}
