import type { Ban, Message } from "../../client/types";
import { locale } from "../../texts/language";
import { moderation as words } from "../../texts/moderation";
import type { Action } from "../chat/action";
import { attempt } from "../ui/attempt";
import type { Toasts } from "../ui/toasts.svelte";
import type { Moderator } from "./moderator.svelte";
import { answerable, inShort, SPANS } from "./people";

/** A moderator's hand in a chat: what they do is said, and can be taken back for a while. */
export class Hand {
  constructor(
    readonly moderator: Moderator,
    private readonly toasts: Toasts,
    /** Asks what to tell somebody who is warned. */
    private readonly onwarn: (message: Message) => void,
  ) {}

  /** What may be done with a message and who said it; `me` is the moderator's id as an author. */
  actions(message: Message, me: string | null): Action[] {
    const can: Action[] = [];
    if (message.state === "deleted")
      can.push({ icon: "retry", label: words.restore, run: () => this.restore(message) });
    else if (message.author.data.id !== me)
      can.push({ icon: "trash", label: words.remove, run: () => this.remove(message), grave: true });
    if (message.state === "held")
      can.unshift({ icon: "check", label: words.approve, run: () => this.approve(message) });
    if (message.state === "shown") can.push({ icon: "pin", label: words.pin, run: () => this.pin(message) });
    if (!answerable(message, me)) return can;
    return [
      ...can,
      { icon: "alert", label: words.warn, run: () => this.onwarn(message) },
      {
        icon: "clock",
        label: words.timeOut,
        run: () => undefined,
        choices: SPANS.map((seconds) => ({
          label: inShort(seconds, locale),
          name: words.timeOutFor(inShort(seconds, locale)),
          run: () => this.ban(message, { seconds }),
        })),
      },
      { icon: "eyeOff", label: words.hide, run: () => this.ban(message, { hidden: true }) },
      { icon: "ban", label: words.ban, run: () => this.ban(message, {}), grave: true },
    ];
  }

  /** Rejects with an `ApiError`. */
  async warn(message: Message, reason: string): Promise<void> {
    await this.moderator.warn(message, reason);
    this.toasts.done(words.warned(message.author.data.name));
  }

  async remove(message: Message): Promise<void> {
    if (await attempt(this.toasts, () => this.moderator.remove(message)))
      this.toasts.done(
        words.removed,
        this.#undo(() => this.moderator.restore(message)),
      );
  }

  async restore(message: Message): Promise<void> {
    await attempt(this.toasts, () => this.moderator.restore(message), words.restored);
  }

  /** Has everybody see what waits for review. */
  async approve(message: Message): Promise<void> {
    await attempt(this.toasts, () => this.moderator.approve(message), words.approved);
  }

  async pin(message: Message): Promise<void> {
    if (await attempt(this.toasts, () => this.moderator.pin(message)))
      this.toasts.done(
        words.pinned,
        this.#undo(() => this.moderator.unpin(message)),
      );
  }

  async unpin(message: Message): Promise<void> {
    if (await attempt(this.toasts, () => this.moderator.unpin(message)))
      this.toasts.done(
        words.unpinned,
        this.#undo(() => this.moderator.pin(message)),
      );
  }

  async ban(message: Message, how: { seconds?: number; hidden?: boolean }): Promise<void> {
    const { name } = message.author.data;
    let ban: Ban | undefined;
    await attempt(this.toasts, async () => (ban = await this.moderator.ban(message, how)));
    if (!ban) return;
    const { id, network } = ban;
    const said = how.hidden
      ? words.hidden(name)
      : how.seconds === undefined
        ? words.banned(name)
        : words.timedOut(name, inShort(how.seconds, locale));
    this.toasts.done(
      network ? `${said} (${words.network})` : said,
      this.#undo(() => this.moderator.unban({ id })),
    );
  }

  #undo(run: () => Promise<unknown>) {
    return { label: words.undo, run: () => void attempt(this.toasts, run, words.undone) };
  }
}
