import { pollDesk, questionDesk } from "../../client/asking";
import { audience, channels, shelf as shelfApi, streams } from "../../client/api";
import { ApiError } from "../../client/error";
import type {
  CouponPinned,
  CouponUnpinned,
  MediaProgress,
  SimulcastChanged,
  StreamHealthChanged,
  StreamInterrupted,
  StreamMinutesChanged,
} from "../../client/events";
import { deals, type Deal } from "../../client/selling";
import { present, type Channel, type Product, type Stream } from "../../client/types";
import { Chat } from "../../lib/chat/chat.svelte";
import { Player } from "../../lib/player/player.svelte";
import { Realtime, type RealtimeState } from "../../lib/realtime/realtime";
import { hear, type Listener } from "../../lib/realtime/room_events";
import type { Session } from "../../lib/session/session.svelte";
import { Visitor } from "../../lib/session/visitor";
import { Shelf } from "../../lib/shelf/shelf.svelte";
import { Uploads } from "../../lib/uploads/uploads.svelte";
import { studio } from "../../texts/studio";
import { PollDesk } from "./asking/poll_desk.svelte";
import { QuestionDesk } from "./asking/question_desk.svelte";
import { GoLive } from "./golive/golive.svelte";
import { Health } from "./health.svelte";
import { MinutesLeft } from "./minutes.svelte";
import { Library } from "./library/library.svelte";
import { SalesBoard } from "./sales.svelte";
import { Targets } from "./simulcast.svelte";

/** One channel under its editor's hands: its stream, shelf and chat, kept current. */
export class Control implements Listener {
  channel = $state.raw<Channel | null>(null);
  stream = $state.raw<Stream | null>(null);
  problem = $state<string | null>(null);
  /** Null until the room says. */
  viewers = $state<number | null>(null);
  realtimeState = $state<RealtimeState>("closed");
  chat = $state.raw<Chat | null>(null);
  /** The product whose promotion, or its end, is on its way. */
  promoting = $state<number | null>(null);

  /** Code of the coupon that viewers may claim. */
  coupon = $state<string | null>(null);

  readonly shelf = new Shelf();
  readonly questions: QuestionDesk;
  readonly polls: PollDesk;
  readonly sales: SalesBoard;
  readonly player: Player;
  readonly health: Health;
  readonly minutes: MinutesLeft;
  readonly targets: Targets;
  readonly golive: GoLive;
  readonly library: Library;
  readonly uploads: Uploads;
  readonly #visitor: Visitor;
  #realtime: Realtime | null = null;
  /** The page was left, maybe before it was loaded. */
  #stopped = false;
  /** The newest event about the coupon: an answer that does not know of it is not shown. */
  #couponTold = 0;

  constructor(
    private readonly id: string,
    private readonly session: Session,
  ) {
    this.questions = new QuestionDesk(id, questionDesk);
    this.polls = new PollDesk(id, pollDesk);
    this.sales = new SalesBoard(id);
    this.targets = new Targets(id);
    this.library = new Library(id);
    this.uploads = new Uploads(id, () => void this.library.load());
    this.#visitor = new Visitor(() => session.user?.hash_id ?? null);
    this.player = new Player({
      source: async () => {
        await this.#loadStream();
        return this.#address();
      },
    });
    this.minutes = new MinutesLeft(() => channels.minutes(this.id));
    this.health = new Health({
      ask: async () => (this.stream && (await streams.show(this.stream.id))?.health) ?? null,
      live: () => this.live,
    });
    this.golive = new GoLive(async () => {
      const { ingest, stream_key: key } = await streams.of(id);
      return ingest?.browser_url && key ? { url: ingest.browser_url, key } : null;
    });
  }

  /** While the encoder is gone without a goodbye: when the show ends if it stays away. */
  get interrupted(): Date | null {
    const until = this.stream?.interrupted_until ?? null;
    return until === null ? null : new Date(until);
  }

  get live(): boolean {
    return this.stream?.is_live ?? false;
  }

  async start(): Promise<void> {
    await this.reload();
    const channel = this.channel;
    if (!channel || this.#stopped || this.#realtime) return;
    this.chat = new Chat({
      threadSlug: channel.slug,
      threadId: channel.thread_id,
      grant: () => this.#visitor.grant(),
      signedIn: () => this.session.signedIn,
    });
    this.#realtime = new Realtime({
      room: channel.id,
      grant: (anew) => this.#visitor.grant(anew),
      onEvent: (event) => {
        hear(this, event);
        if (event.event === "product.stock") this.sales.hear();
      },
      onReload: () => {
        void this.reload();
        void this.chat?.load();
        this.#loadAsking();
      },
      onState: (state) => (this.realtimeState = state),
    });
    this.#realtime.start(null);
    this.#loadAsking();
  }

  stop(): void {
    this.#stopped = true;
    this.#realtime?.stop();
    this.golive.close();
    this.shelf.stop();
    this.questions.close();
    this.sales.stop();
  }

  async reload(): Promise<void> {
    try {
      this.channel = await channels.show(this.id);
      await Promise.all([this.#loadStream(), this.#loadShelf(), this.#loadCoupon(this.channel.slug)]);
      this.problem = null;
      this.sales.hear();
      void this.askMinutes();
      void this.targets.load();
      void this.library.load();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.status === 404 ? studio.channel.missing : error.message;
    }
  }

  streamStarted(): void {
    this.library.showBegan();
    void this.reload();
  }

  streamEnded(): void {
    void this.reload();
  }

  streamTroubled({ troubles }: StreamHealthChanged): void {
    this.health.hear(troubles);
  }

  minutesChanged(event: StreamMinutesChanged): void {
    this.minutes.hear(event);
  }

  simulcastChanged(event: SimulcastChanged): void {
    this.targets.hear(event);
  }

  streamInterrupted({ until }: StreamInterrupted): void {
    if (this.stream) this.stream = { ...this.stream, interrupted_until: until };
  }

  streamResumed(): void {
    if (this.stream) this.stream = { ...this.stream, interrupted_until: null };
  }

  channelUpdated(): void {
    void this.reload();
  }

  couponPinned({ coupon }: CouponPinned, seq: number): void {
    this.#couponTold = seq;
    this.coupon = coupon.code;
  }

  couponUnpinned({ code }: CouponUnpinned, seq: number): void {
    this.#couponTold = seq;
    if (this.coupon === code) this.coupon = null;
  }

  waitlistOffered(): void {}

  moderationChanged(): void {}

  mediaChanged(event: MediaProgress): void {
    void this.library.hear(event);
  }

  orderChanged(): void {
    this.sales.hear();
  }

  async askMinutes(): Promise<void> {
    await this.minutes.load().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error; // what was known stays
    });
  }

  async complete(): Promise<void> {
    await channels.complete(this.id);
    await this.#loadStream();
  }

  /** Drops the key, and whoever publishes with it; the next ask makes a new one. */
  async regenerateKey(): Promise<void> {
    if (this.stream) await streams.remove(this.stream.id);
    await this.#loadStream();
  }

  async promote(product: Product, size: "large" | "small" = "large"): Promise<void> {
    this.promoting = product.id;
    try {
      const promoted = await shelfApi.promote(this.id, product.id, size);
      this.shelf.promote({ product: promoted, at: promoted.pinned_at ?? "", size });
    } finally {
      this.promoting = null;
    }
  }

  async stopPromoting(product: Product): Promise<void> {
    this.promoting = product.id;
    try {
      await shelfApi.stopPromoting(this.id, product.id);
      // The room tells it, too; this is for when it is out of reach.
      await this.#loadShelf();
    } finally {
      this.promoting = null;
    }
  }

  async startDeal(product: Product, deal: Deal): Promise<void> {
    this.shelf.enable({ product: await deals.start(this.id, product.id, deal) });
  }

  async stopDeal(product: Product): Promise<void> {
    this.shelf.enable({ product: await deals.stop(this.id, product.id) });
  }

  async takeOff(product: Product): Promise<void> {
    await shelfApi.disable(this.id, product.id);
    this.shelf.disable({ product_id: product.id });
  }

  async putOn(product: Product): Promise<void> {
    this.shelf.enable({ product: await shelfApi.enable(this.id, product.id) });
  }

  #loadAsking(): void {
    void this.questions.load();
    void this.polls.load();
  }

  async #loadStream(): Promise<void> {
    this.stream = await streams.of(this.id);
    this.health.take(this.stream.health);
    const address = this.#address();
    if (address === null || this.player.status === "idle") this.player.load(address);
  }

  async #loadCoupon(slug: string): Promise<void> {
    const { coupon, seq } = await audience.details(slug, null);
    if (seq >= this.#couponTold) this.coupon = coupon?.code ?? null;
  }

  async #loadShelf(): Promise<void> {
    await this.shelf.load(shelfApi.list(this.id));
  }

  #address(): string | null {
    return this.stream?.is_live ? (present(this.stream.playback)?.hls_url ?? null) : null;
  }
}
