import { audience } from "../../client/api";
import { ApiError } from "../../client/error";
import { present, type PinnedCoupon, type Playback } from "../../client/types";
import { Chat } from "../../lib/chat/chat.svelte";
import { Player } from "../../lib/player/player.svelte";
import { Cart } from "../../lib/shop/cart.svelte";
import { Realtime, type RealtimeState } from "../../lib/realtime/realtime";
import type { CouponPinned, CouponUnpinned, StreamInterrupted, WaitlistOffered } from "../../client/events";
import { hear, type Listener } from "../../lib/realtime/room_events";
import type { Session } from "../../lib/session/session.svelte";
import { Visitor } from "../../lib/session/visitor";
import { Shelf } from "../../lib/shelf/shelf.svelte";
import { watch } from "../../texts/watch";
import { askingOf } from "./asking_part";
import { announcedFor } from "./countdown";
import { Heartbeat, type Place } from "./heartbeat";
import { HeldPass, takeCodeFromAddress } from "./held_pass";
import { cameFrom } from "./referrer";
import { Inquiry } from "./inquiry";
import { spread } from "./turn";

export type Phase = "loading" | "missing" | "unreachable" | "refused" | "upcoming" | "live" | "ended";

/** A viewer a few seconds late sees the end; after this the page stops waiting for it. */
const LAST_FRAMES_MS = 6000;

/**
 * One visit to a channel's watch page: everything that changes while it is open.
 *
 * Details are loaded first, then shelf and chat; the room tells what happened since the `seq` of the details. The details
 * alone are asked for again, when an event says that they changed.
 */
export class Show implements Listener {
  details = $state.raw<Playback | null>(null);
  /** When the show is announced for, null when it is not. */
  readonly startsAt = $derived(announcedFor(this.details));
  phase = $state<Phase>("loading");
  viewers = $state<number | null>(null);
  realtimeState = $state<RealtimeState>("closed");
  chat = $state.raw<Chat | null>(null);
  codeProblem = $state<string | null>(null);
  /** While the encoder is gone without a goodbye: when the show ends if it stays away. */
  interrupted = $state.raw<Date | null>(null);

  /** When the show began that this page shows, or showed last. */
  began = $state.raw<Date | null>(null);
  /** This viewer watches something else on the page: they are no viewer of the show. */
  away = $state(false);
  /** Which video somebody watches instead. */
  place: () => Place | null = () => null;

  /** What is held for this viewer, who waited for it. */
  offer = $state.raw<WaitlistOffered | null>(null);
  /** What viewers may claim now. */
  coupon = $state.raw<PinnedCoupon | null>(null);

  readonly player: Player;
  readonly shelf: Shelf;
  readonly visitor: Visitor;
  readonly cart: Cart;
  /** Fetched once the show is there. */
  readonly asking: ReturnType<typeof askingOf>;
  readonly #realtime: Realtime;
  readonly #pass: HeldPass;
  readonly #heartbeat: Heartbeat;
  readonly #inquiry: Inquiry;
  /** Runs while the last frames of a show that is over are seen. */
  #ending: ReturnType<typeof setTimeout> | null = null;
  #wasLive = false;
  /** The newest event that changed the details: an answer that does not know of it is not shown. */
  #changed = 0;
  #shelfLoaded = false;
  #chatLoaded = false;
  /** Questions for the details, counted: an answer that comes after a later one's is stale. */
  #asked = 0;
  #answered = 0;

  constructor(
    readonly slug: string,
    private readonly session: Session,
  ) {
    this.started = new Promise((resolve) => (this.#begun = resolve));
    this.#pass = new HeldPass(slug);
    this.visitor = new Visitor(() => session.user?.hash_id ?? null);
    this.player = new Player({
      source: async () => {
        // The room has said so already; thousands see the last frame at the same moment.
        if (this.#ending !== null) this.#end();
        else await this.#fetch();
        return this.phase === "ended" ? null : this.#address();
      },
    });
    this.shelf = new Shelf(() => this.player.moment);
    this.asking = askingOf(this, session);
    this.#realtime = new Realtime({
      room: slug,
      grant: (anew) => this.visitor.grant(anew),
      onEvent: (event) => hear(this, event),
      onReload: () => void this.#reloadAll(),
      onState: (state) => (this.realtimeState = state),
    });
    this.#inquiry = new Inquiry({ ask: () => this.#ask(), spread: () => spread(this.#counted, document.hidden) });
    this.cart = new Cart({
      channel: slug,
      guest: () => this.buyer(),
      signedIn: () => session.signedIn,
      evidence: () => ({
        viewHash: this.#heartbeat.view(this.place()?.media ?? null),
        referrer: cameFrom(document.referrer),
      }),
    });
    this.#heartbeat = new Heartbeat(
      () => {
        const [channel, place] = [this.details?.id, this.place()];
        const plays = this.away ? place?.playing === true : this.phase === "live";
        return channel !== undefined && plays ? { channel, place } : null;
      },
      () => this.guest(),
      (viewers) => (this.viewers = viewers),
    );
  }

  /** Resolves once the page knows who is there and what is shown. */
  readonly started: Promise<void>;
  #begun!: () => void;

  async start(): Promise<void> {
    const code = takeCodeFromAddress();
    await this.reload();
    if (code !== null && this.phase === "refused") await this.redeem(code);
    // Where nothing could be loaded, the room says when to try again.
    this.#realtime.start(null);
    this.#heartbeat.start();
    void this.cart.resume(this.visitor.guest);
    this.#begun();
    window.addEventListener("online", () => {
      this.#realtime.restart();
      this.#inquiry.hasten();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#inquiry.hasten();
    });
  }

  stop(): void {
    this.#forgetEnd();
    this.#inquiry.stop();
    this.#realtime.stop();
    this.#heartbeat.stop();
    this.shelf.stop();
    this.asking.here?.stop();
  }

  get questions() {
    return this.asking.here?.questions ?? null;
  }
  get polls() {
    return this.asking.here?.polls ?? null;
  }

  /** Somebody signed in or out here: what may be seen and who is speaking changed. */
  async identityChanged(): Promise<void> {
    const guest = this.visitor.guest;
    this.visitor.forget();
    // First: while a guest's cart is on its way, no other answer says that there is none.
    const resumed = this.cart.resume(guest);
    await this.#reloadAll();
    this.#realtime.restart();
    await resumed;
  }

  async redeem(code: string): Promise<void> {
    this.codeProblem = null;
    try {
      const guest = this.session.signedIn ? null : (await this.visitor.grant()).token;
      const details = await audience.redeem(this.slug, code, guest);
      if (!details.iCanSee) {
        this.codeProblem = watch.gate.wrong;
        return;
      }
      this.#pass.keep();
      this.#answered = ++this.#asked;
      this.#show(details);
      this.#realtime.restart(details.seq);
      if (!(await this.#fill())) this.#inquiry.soon();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 429) this.codeProblem = watch.gate.tooMany;
      else if (error.offline) this.codeProblem = error.message;
      else this.codeProblem = error.fields["code"] ?? watch.gate.wrong;
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

  streamStarted(seq: number): void {
    this.#learn(seq);
  }

  channelUpdated(seq: number): void {
    this.#learn(seq);
  }

  /** What is wrong with the stream, or waits for a decision, is for the studio to show. */
  streamTroubled(): void {}
  moderationChanged(): void {}
  minutesChanged(): void {}
  simulcastChanged(): void {}
  mediaChanged(): void {}
  /** Of orders their seller is told, and their buyer asks. */
  orderChanged(): void {}

  couponPinned({ coupon }: CouponPinned, seq: number): void {
    if (!this.#isNews(seq)) return;
    this.#changed = seq;
    this.coupon = coupon;
  }

  couponUnpinned({ code }: CouponUnpinned, seq: number): void {
    if (!this.#isNews(seq)) return;
    this.#changed = seq;
    if (this.coupon?.code === code) this.coupon = null;
  }

  waitlistOffered(event: WaitlistOffered): void {
    this.offer = event;
  }

  streamEnded(seq: number): void {
    if (!this.#isNews(seq)) return;
    this.#changed = seq;
    this.#forgetEnd();
    if (this.phase !== "live") return;
    if (this.player.status === "playing") this.#ending = setTimeout(() => this.#end(), LAST_FRAMES_MS);
    else this.#end();
  }

  streamInterrupted({ until }: StreamInterrupted, seq: number): void {
    if (!this.#isNews(seq)) return;
    this.#changed = seq;
    this.interrupted = new Date(until);
  }

  streamResumed(seq: number): void {
    if (!this.#isNews(seq)) return;
    this.#changed = seq;
    this.interrupted = null;
    // Everybody's picture comes back at this moment; not everybody asks for it at once.
    setTimeout(() => this.player.retryNow(), spread(this.#counted, document.hidden) * Math.random());
  }

  /** The details as they are now, and what else is not here yet. What goes wrong shows in `phase`. */
  async reload(): Promise<void> {
    await this.#inquiry.now();
  }

  async #reloadAll(): Promise<void> {
    // Where events were lost, the room may count anew.
    this.#changed = 0;
    this.#shelfLoaded = this.#chatLoaded = false;
    this.asking.here?.reload();
    await this.reload();
  }

  /** Whether the details that are shown do not know of this event. */
  #isNews(seq: number): boolean {
    return seq > (this.details?.seq ?? 0);
  }

  #learn(seq: number): void {
    if (!this.#isNews(seq)) return;
    this.#changed = seq;
    this.#inquiry.soon();
  }

  /** How many watch, null where nobody counts. */
  get #counted(): number | null {
    return this.phase === "live" && this.details?.show_online_users ? this.viewers : null;
  }

  /** False where it is worth asking again. */
  async #ask(): Promise<boolean> {
    try {
      if (!(await this.#fetch())) return false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) this.phase = "missing";
      else if (this.details === null) this.phase = error.passing ? "unreachable" : "refused";
      return !error.passing;
    }
    this.#realtime.start(this.details?.seq ?? null);
    return this.#fill();
  }

  /** Whether the page now shows details that know of all that changed them. */
  async #fetch(): Promise<boolean> {
    const asked = ++this.#asked;
    const details = await audience.details(this.slug, await this.guest());
    if (asked > this.#answered && details.seq >= this.#changed) {
      this.#answered = asked;
      this.#show(details);
    }
    return this.details !== null && this.details.seq >= this.#changed;
  }

  /** The token of whoever buys as a guest; null where somebody is signed in. */
  async buyer(): Promise<string | null> {
    return this.session.signedIn ? null : (await this.visitor.grant()).token;
  }

  /** The token of a guest with a pass; everyone else is known by their session, or not at all. */
  async guest(): Promise<string | null> {
    return this.#pass.held && !this.session.signedIn ? (await this.visitor.grant()).token : null;
  }

  /** Loads what is not here yet; what is, the room keeps current. Answers as `#ask`. */
  async #fill(): Promise<boolean> {
    if (!this.details?.iCanSee) return true;
    this.asking.want();
    if (!this.#chatLoaded) {
      this.#chatLoaded = true;
      void this.chat?.load();
    }
    if (this.#shelfLoaded || !this.details.shop_enabled) return true;
    try {
      await this.shelf.load(audience.products(this.slug, await this.guest()));
      this.#shelfLoaded = true;
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return !error.passing;
    }
  }

  #show(details: Playback): void {
    this.coupon = details.coupon;
    this.details = details;
    this.asking.here?.takes(details.questions_enabled);
    if (!details.iCanSee) this.chat = null;
    else if (this.chat?.threadId !== details.thread_id) {
      this.#chatLoaded = false;
      this.chat = new Chat({
        threadSlug: this.slug,
        threadId: details.thread_id,
        grant: () => this.visitor.grant(),
        signedIn: () => this.session.signedIn,
      });
    }
    const until = present(details.stream)?.interrupted_until ?? null;
    this.interrupted = until === null ? null : new Date(until);
    const address = this.#address();
    if (!details.iCanSee) this.phase = "refused";
    else if (address !== null) {
      this.#forgetEnd();
      this.#wasLive = true;
      this.began = new Date(present(details.stream)?.started_at ?? Date.now());
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

  #end(): void {
    this.#forgetEnd();
    this.interrupted = null;
    this.player.load(null);
    this.phase = "ended";
  }

  #forgetEnd(): void {
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#ending = null;
  }

  #rest(): void {
    const ahead = (this.startsAt?.getTime() ?? 0) > Date.now();
    this.phase = !ahead && this.#wasLive ? "ended" : "upcoming";
  }
}
