import { expect, it } from "vitest";
import type { Channel } from "../../client/types";
import { changesBetween, draftOf, problemsOf } from "./changes";

const channel: Channel = {
  streamType: 2,
  as_live: null,
  id: "c",
  name: "Ceramics",
  slug: "ceramics",
  description: "",
  banner_top: "",
  banner_sizes: [],
  background_url: null,
  background_sizes: [],
  stream: { data: [] },
  chat_enabled: true,
  guest_chat_enabled: true,
  questions_enabled: false,
  attributes: [],
  shop_enabled: true,
  hold_policy: "hold",
  hold_minutes: 15,
  show_online_users: true,
  free_pass: 2,
  privacy: 2,
  isOwner: true,
  isShared: false,
  starts_at: "2026-03-01T18:30:00.000000Z",
  starts_at_status: false,
  timezone: "UTC",
  thread_id: 1,
};

it("sends nothing when nothing changed", () => {
  expect(changesBetween(channel, draftOf(channel))).toEqual({});
});

it("sends only what changed, under the API's names", () => {
  const draft = { ...draftOf(channel), name: " Glass ", privacy: 0, free: false, guests: false, questions: true };
  expect(changesBetween(channel, draft)).toEqual({
    name: "Glass",
    privacy: 0,
    free_pass: false,
    guest_chat_enabled: false,
    questionsEnabled: true,
  });
});

it("offers reminders of each kind by itself", () => {
  expect(changesBetween(channel, { ...draftOf(channel), mails: true })).toEqual({
    attributes: { userEmailNotifications: true },
  });
  const offering = { ...channel, attributes: { userEmailNotifications: true, userSMSNotifications: true } };
  expect(draftOf(offering)).toMatchObject({ mails: true, texts: true });
  expect(changesBetween(offering, { ...draftOf(offering), texts: false })).toEqual({
    attributes: { userSMSNotifications: false },
  });
});

it("opens a free show to people who are signed in, and to nobody who needs a code", () => {
  expect(changesBetween(channel, { ...draftOf(channel), signIn: true })).toEqual({ sign_in_needed: true });
  expect(changesBetween(channel, { ...draftOf(channel), free: false, signIn: true })).toEqual({ free_pass: false });
  const friends = { ...channel, free_pass: 1 };
  expect(changesBetween(friends, { ...draftOf(friends), signIn: false })).toEqual({ sign_in_needed: false });
});

it("says whether a cart holds what is in it, and how long where it does", () => {
  const draft = draftOf(channel);
  expect(changesBetween(channel, { ...draft, minutes: "5" })).toEqual({ hold_minutes: 5 });
  expect(changesBetween(channel, { ...draft, holds: false, minutes: "5" })).toEqual({ hold_policy: "first_paid" });
  for (const minutes of ["", "0", "121", "1.5"])
    expect(Object.keys(problemsOf(channel, { ...draft, minutes }))).toEqual(["hold_minutes"]);
  expect(problemsOf(channel, { ...draft, holds: false, minutes: "" })).toEqual({});
});

it("clears the start with an empty control", () => {
  expect(changesBetween(channel, { ...draftOf(channel), startsAt: "" })).toEqual({ starts_at: null });
});

it("sends the start as an instant, whatever the browser's time zone", () => {
  const moved = { ...channel, starts_at: "2026-03-02T20:00:00.000000Z" };
  expect(changesBetween(channel, draftOf(moved))).toEqual({ starts_at: "2026-03-02T20:00:00.000Z" });
});

it("says what is too short before it is sent", () => {
  const problems = (changes: object) => Object.keys(problemsOf(channel, { ...draftOf(channel), ...changes }));
  expect(problems({})).toEqual([]);
  expect(problems({ name: " ab ", slug: "a b", description: "ok" })).toEqual(["name", "slug", "description"]);
  expect(problems({ name: "Müller & Söhne", description: "" })).toEqual([]);
  const made = { ...channel, slug: "mueller-soehne-x7k2p9qa" };
  expect(problemsOf(made, draftOf(made))).toEqual({});
});
