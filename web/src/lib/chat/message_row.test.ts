import { render } from "svelte/server";
import { expect, it } from "vitest";
import MessageRow from "./MessageRow.svelte";

const message = (data: string, name = "Noor") => ({
  id: "m1",
  thread_id: 1,
  data,
  locale: null,
  reply_for: "gone",
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
