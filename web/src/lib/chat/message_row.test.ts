import { render } from "svelte/server";
import { expect, it } from "vitest";
import MessageRow from "./MessageRow.svelte";

const message = (data: string, name = "Noor") => ({
  id: "m1",
  thread_id: 1,
  data,
  locale: null,
  reply_for: "gone",
  reply_to: null,
  mentions: [],
  reactions: [],
  state: "shown" as const,
  edited_at: null,
  seq: 1,
  created_at: "2026-01-01T12:00:00Z",
  author: { data: { id: "a", name, avatar: null, guest: true, role: "viewer" as const } },
});

it("shows what people write as text, never as markup", () => {
  const { body } = render(MessageRow, { props: { message: message("<img src=x onerror=alert(1)>", "<b>Eve</b>") } });
  expect(body).not.toMatch(/<img|<b>Eve/);
  expect(body).toContain("&lt;img src=x");
});

it("says that a reply's original is out of sight", () => {
  expect(render(MessageRow, { props: { message: message("yes") } }).body).toContain("An earlier message");
});

it("says of a message that is not shown why it is there", () => {
  const row = (more: object, me: string | null = null) =>
    render(MessageRow, { props: { me, message: { ...message("yes"), ...more } } }).body;
  expect(row({ state: "held" }, "a")).toContain("only you see it");
  expect(row({ state: "held" })).toContain("Waits for review");
  expect(row({ state: "deleted" })).toContain("Deleted");
  expect(row({ edited_at: "2026-01-01T12:00:30Z" })).toContain("(edited)");
});

it("marks who is named, above all the reader", () => {
  const named = { ...message("hi @Ana"), mentions: [{ id: "p1", name: "Ana" }] };
  expect(render(MessageRow, { props: { message: named, me: "p1" } }).body).toMatch(/class="row [^"]*meant/);
  expect(render(MessageRow, { props: { message: named, me: "p2" } }).body).not.toMatch(/class="row [^"]*meant/);
});
