import { expect, it } from "vitest";
import type { Video } from "../../client/types";
import { newest } from "./newest";

const video = (id: string, started_at: string | null, session_id: string | null): Video => ({
  id,
  name: id,
  duration: 60,
  poster: null,
  storyboard: null,
  hls_url: "https://shop.example/index.m3u8",
  session_id,
  started_at,
});
const EVENING = "2026-11-27T19:00:00Z";
const LATER = "2026-11-27T19:40:00Z";
const former = video("former", "2026-11-20T19:00:00Z", "s1");
const upload = video("upload", null, null);

it("is the newest show, wherever it stands", () => {
  expect(newest([upload, former, video("show", EVENING, "s2")])?.id).toBe("show");
});

it("is the first of the videos that one show became", () => {
  expect(newest([video("one", EVENING, "s2"), video("two", LATER, "s2"), former])?.id).toBe("one");
});

it("is a show rather than a clip of it, whichever stands first", () => {
  const show = [video("one", EVENING, "s2"), video("two", LATER, "s2")];
  expect(newest([video("clip", LATER, null), ...show, former])?.id).toBe("one");
  expect(newest([...show, video("clip", LATER, null), former])?.id).toBe("one");
});

it("is a clip where its show is newer than what else there is, and not shown", () => {
  expect(newest([video("clip", EVENING, null), former])?.id).toBe("clip");
});

it("is the first video where there was no show, and nothing where there is none", () => {
  expect(newest([upload, video("other", null, null)])?.id).toBe("upload");
  expect(newest([])).toBeNull();
});
