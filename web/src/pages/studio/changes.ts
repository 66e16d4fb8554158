import type { Channel, ChannelChanges } from "../../client/types";
import { studio } from "../../texts/studio";
import { ADDRESS } from "./address";

/** What the settings form holds, each as its control shows it. */
export interface Draft {
  name: string;
  slug: string;
  description: string;
  privacy: number;
  free: boolean;
  /** Free, to people who are signed in. */
  signIn: boolean;
  chat: boolean;
  guests: boolean;
  questions: boolean;
  /** Viewers may ask to be told of shows by mail, and by SMS. */
  mails: boolean;
  texts: boolean;
  shop: boolean;
  /** Whether a cart holds what is in it, and for how many minutes, as typed. */
  holds: boolean;
  minutes: string;
  viewers: boolean;
  /** `YYYY-MM-DDTHH:MM` in this browser's time zone, as `datetime-local` has it; empty when unset. */
  startsAt: string;
  countdown: boolean;
  /** Viewers choose among its videos, or see them as a show at the start. */
  onDemand: boolean;
}

const ON_DEMAND = 0;
const LIVE_SHOW = 2;

function local(iso: string | null): string {
  if (!iso) return "";
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function isOn({ attributes }: Channel, name: string): boolean {
  return !Array.isArray(attributes) && attributes[name] === true;
}

export function draftOf(channel: Channel): Draft {
  return {
    name: channel.name,
    slug: channel.slug,
    description: channel.description ?? "",
    privacy: channel.privacy,
    free: channel.free_pass !== 0,
    signIn: channel.free_pass === 1,
    chat: channel.chat_enabled,
    guests: channel.guest_chat_enabled,
    questions: channel.questions_enabled,
    mails: isOn(channel, "userEmailNotifications"),
    texts: isOn(channel, "userSMSNotifications"),
    shop: channel.shop_enabled,
    holds: channel.hold_policy === "hold",
    minutes: String(channel.hold_minutes),
    viewers: channel.show_online_users,
    startsAt: local(channel.starts_at),
    countdown: channel.starts_at_status,
    onDemand: channel.streamType === ON_DEMAND,
  };
}

/** What keeps the form from being sent, by field. */
export function problemsOf(
  channel: Channel,
  { name, slug, description, holds, minutes }: Draft,
): Record<string, string> {
  const found: Record<string, string> = {};
  if (lengthOf(name) < 3) found["name"] = studio.settings.nameShort;
  // One that the server made may be longer.
  if (slug.trim() !== channel.slug && !ADDRESS.test(slug.trim())) found["slug"] = studio.address.bounds;
  if (lengthOf(description) > 0 && lengthOf(description) < 5) found["description"] = studio.settings.descriptionShort;
  if (holds && !(/^\d{1,3}$/.test(minutes.trim()) && Number(minutes) >= 1 && Number(minutes) <= 120))
    found["hold_minutes"] = studio.settings.minutesBounds;
  return found;
}

/** As the server counts: in code points. */
function lengthOf(text: string): number {
  return [...text.trim()].length;
}

/** Only what differs, so that two people changing different settings do not undo each other. */
export function changesBetween(channel: Channel, draft: Draft): ChannelChanges {
  const before = draftOf(channel);
  const changes: ChannelChanges = {};
  if (draft.name.trim() !== before.name) changes.name = draft.name.trim();
  if (draft.slug.trim() !== before.slug) changes.slug = draft.slug.trim();
  if (draft.description.trim() !== before.description) changes.description = draft.description.trim();
  if (draft.privacy !== before.privacy) changes.privacy = draft.privacy;
  if (draft.free !== before.free) changes.free_pass = draft.free;
  if (draft.free && draft.signIn !== before.signIn) changes.sign_in_needed = draft.signIn;
  if (draft.chat !== before.chat) changes.chat_enabled = draft.chat;
  if (draft.guests !== before.guests) changes.guest_chat_enabled = draft.guests;
  if (draft.questions !== before.questions) changes.questionsEnabled = draft.questions;
  const attributes = {
    ...(draft.mails !== before.mails && { userEmailNotifications: draft.mails }),
    ...(draft.texts !== before.texts && { userSMSNotifications: draft.texts }),
  };
  if (Object.keys(attributes).length > 0) changes.attributes = attributes;
  if (draft.shop !== before.shop) changes.shop_enabled = draft.shop;
  if (draft.holds !== before.holds) changes.hold_policy = draft.holds ? "hold" : "first_paid";
  if (draft.holds && draft.minutes.trim() !== before.minutes) changes.hold_minutes = Number(draft.minutes);
  if (draft.viewers !== before.viewers) changes.show_online_users = draft.viewers;
  if (draft.startsAt !== before.startsAt) {
    changes.starts_at = draft.startsAt === "" ? null : new Date(draft.startsAt).toISOString();
  }
  if (draft.countdown !== before.countdown) changes.starts_at_status = draft.countdown;
  if (draft.onDemand !== before.onDemand) changes.stream_type = draft.onDemand ? ON_DEMAND : LIVE_SHOW;
  return changes;
}
