import { serverClock } from "../../client/clock";
import type { Reader, ThreadSettings } from "../../client/types";

/** Why somebody cannot write, and what of it they can change. */
export type Obstacle =
  | { why: "off" }
  /** Who is not signed in; `followers`: who is must follow the host as well. */
  | { why: "guests"; followers: boolean }
  | { why: "banned"; until: Date | null; reason: string | null }
  | { why: "followers" };

/** What the page knows of the channel and its reader besides. */
export interface Circumstances {
  /** The host has a chat, and lets guests write in it. */
  enabled: boolean;
  guests: boolean;
  signedIn: boolean;
  /** Null where the page does not know. */
  following: boolean | null;
}

/** A timer takes no longer span, ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A channel's rules of chat, and how this reader stands there. */
export class Standing {
  settings = $state.raw<Omit<ThreadSettings, "enabled" | "guest_chat"> | null>(null);
  me = $state.raw<Reader | null>(null);
  /** What a moderator asks this reader to mind. */
  warning = $state<string | null>(null);
  /** When they may write next, by the server's clock, ms; 0: at once. */
  slowUntil = $state(0);
  #reason = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `now` is the server's time, ms since the epoch. */
  constructor(private readonly now: () => number = () => serverClock.now()) {}

  /** The server has said. */
  read(settings: ThreadSettings, me: Reader): void {
    this.settings = settings;
    this.me = me;
    this.slowUntil = me.slow_until === null ? 0 : Date.parse(me.slow_until);
    this.#expire();
  }

  get moderates(): boolean {
    return this.me?.may_moderate ?? false;
  }

  /** Why this reader cannot write; null where nothing keeps them, as far as the page knows. */
  obstacle({ enabled, guests, signedIn, following }: Circumstances): Obstacle | null {
    const { settings, me } = this;
    if (!enabled) return { why: "off" };
    if (me?.may_moderate) return null;
    if (me?.banned)
      return {
        why: "banned",
        until: me.banned_until === null ? null : new Date(me.banned_until),
        reason: this.#reason,
      };
    if (!signedIn && (!guests || settings?.guests === false))
      return { why: "guests", followers: settings?.followers_only ?? false };
    // Of the team nobody need follow.
    if (settings?.followers_only && me?.role === "viewer") {
      if (!signedIn) return { why: "guests", followers: true };
      if (following === false) return { why: "followers" };
    }
    return null;
  }

  /** The reader has said something: under slow mode the next has to wait. */
  said(): void {
    const seconds = this.settings?.slow_seconds ?? 0;
    if (seconds > 0 && !this.moderates) this.slowUntil = this.now() + seconds * 1000;
  }

  /** The server asks to wait so long, seconds. */
  wait(seconds: number): void {
    this.slowUntil = Math.max(this.slowUntil, this.now() + seconds * 1000);
  }

  ruled(settings: Omit<ThreadSettings, "enabled" | "guest_chat">): void {
    const change = settings.slow_seconds - (this.settings?.slow_seconds ?? 0);
    this.settings = settings;
    // The pause is counted from what was said last, whatever the pace was then.
    if (settings.slow_seconds === 0) this.slowUntil = 0;
    else if (this.slowUntil > 0) this.slowUntil += change * 1000;
  }

  banned(until: string | null, reason: string | null): void {
    this.#reason = reason;
    if (this.me) this.me = { ...this.me, banned: true, banned_until: until };
    this.#expire();
  }

  unbanned(): void {
    this.#reason = null;
    if (this.me) this.me = { ...this.me, banned: false, banned_until: null };
    clearTimeout(this.#timer);
  }

  /** A time-out ends by itself. */
  #expire(): void {
    clearTimeout(this.#timer);
    const until = this.me?.banned ? this.me.banned_until : null;
    const left = until === null ? Number.POSITIVE_INFINITY : Date.parse(until) - this.now();
    if (left < LONGEST_TIMER) this.#timer = setTimeout(() => this.unbanned(), Math.max(0, left));
  }
}
