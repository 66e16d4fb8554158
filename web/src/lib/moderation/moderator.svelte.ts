import { ApiError } from "../../client/error";
import type { RoomEvents } from "../../client/events";
import { moderation } from "../../client/moderation";
import type { Ban, ChatRules, ChatRulesChanges, Decision, Message, Queued } from "../../client/types";
import type { Chat } from "../chat/chat.svelte";
import { Listing } from "./listing.svelte";

export type ModerationApi = typeof moderation;

/** What the room says is another; servers of the last release say nothing of rules. */
type Changed = Pick<RoomEvents["moderation.changed"], "bans" | "reports"> & { rules?: boolean };

/** What is told of a busy channel is asked for anew no sooner than this, ms. */
const AGAIN_MS = 1500;
const UNCHANGED = { bans: false, reports: false, rules: false };

/** A channel's chat under its moderator's hands. What a method asks for rejects with an `ApiError`. */
export class Moderator {
  /** As they are kept; null until they are here. */
  rules = $state.raw<ChatRules | null>(null);
  /** Why they are not. */
  problem = $state<string | null>(null);
  readonly queue: Listing<Queued>;
  readonly bans: Listing<Ban>;
  readonly audit: Listing<Awaited<ReturnType<ModerationApi["audit"]>>["items"][number]>;

  /** Changes of this page's own, counted. */
  #changes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = UNCHANGED;

  constructor(
    readonly channel: string,
    private readonly chat: Chat,
    private readonly api: ModerationApi = moderation,
  ) {
    this.queue = new Listing((page) => this.api.queue(channel, page));
    this.bans = new Listing((page) => this.api.bans(channel, page));
    this.audit = new Listing((page) => this.api.audit(channel, page));
  }

  /** How many wait for a decision, as far as they are loaded; `more` besides. */
  get waiting(): number {
    return this.queue.items?.length ?? 0;
  }

  /** What goes wrong shows in `problem`. */
  async start(): Promise<void> {
    await Promise.all([this.loadRules(), this.queue.load()]);
  }

  async loadRules(): Promise<void> {
    this.problem = null;
    const changes = this.#changes;
    try {
      const rules = await this.api.rules(this.channel);
      // An answer from before a change of this page's own knows nothing of it.
      if (changes === this.#changes) this.rules = rules;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message;
    }
  }

  /** The room tells what has changed: that is asked for again, not for each of many changes. */
  told({ bans, reports, rules }: Changed): void {
    const before = this.#changed;
    this.#changed = {
      bans: before.bans || bans,
      reports: before.reports || reports,
      rules: before.rules || rules === true,
    };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const { bans, reports, rules } = this.#changed;
      this.#changed = UNCHANGED;
      if (rules) void this.loadRules();
      if (reports) void this.queue.load();
      if (bans && this.bans.items) void this.bans.load();
    }, AGAIN_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async change(changes: ChatRulesChanges): Promise<void> {
    const before = this.rules;
    this.#changes += 1;
    // What was switched looks so at once.
    if (before) this.rules = { ...before, ...(changes as Partial<ChatRules>) };
    try {
      this.rules = await this.api.change(this.channel, changes);
    } catch (error) {
      this.rules = before;
      throw error;
    }
  }

  async remove(message: Message): Promise<void> {
    await this.chat.remove(message);
    this.queue.drop(message.id);
  }

  async restore({ id }: Message): Promise<void> {
    const message = await this.api.restore(id);
    if (message.state === "shown") this.chat.restore(message);
  }

  /** Decides on what waits; somebody else may have been faster. */
  async decide({ id, message }: Queued, decision: Decision): Promise<void> {
    await this.api.decide(this.channel, id, decision);
    this.queue.drop(id);
    if (decision === "remove" || decision === "reject") this.chat.drop(message.data.id);
  }

  async approve({ id }: Message): Promise<void> {
    await this.api.decide(this.channel, id, "approve");
    this.queue.drop(id);
  }

  /** Bans who said it: for `seconds`, or for good. */
  async ban({ id }: Message, how: { seconds?: number; hidden?: boolean; reason?: string } = {}): Promise<Ban> {
    const ban = await this.api.ban(this.channel, { message_id: id, ...how });
    if (this.bans.items) void this.bans.load();
    return ban;
  }

  async unban({ id }: Pick<Ban, "id">): Promise<void> {
    await this.api.unban(this.channel, id);
    this.bans.drop(id);
  }

  async warn({ id }: Message, reason: string): Promise<void> {
    await this.api.warn(this.channel, id, reason);
  }

  async pin(message: Message): Promise<void> {
    this.chat.pin(await this.api.pin(this.channel, message.id));
  }

  async unpin({ id }: Message): Promise<void> {
    await this.api.unpin(this.channel, id);
    this.chat.unpin(id);
  }
}
