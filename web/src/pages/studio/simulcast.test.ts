import { beforeEach, expect, it, vi } from "vitest";
import type { Simulcast, Target } from "../../client/simulcast";
import { platformOf, reasonOf, Targets } from "./simulcast.svelte";

let answer: Simulcast;
let asked = 0;
vi.mock("../../client/simulcast", () => ({
  simulcast: {
    show: async () => {
      asked += 1;
      return answer;
    },
  },
}));

const target = (id: string, changes: Partial<Target> = {}): Target => ({
  id,
  name: id,
  url: "rtmp://live.example.com/app",
  key: "••••abcd",
  status: "idle",
  enabled: true,
  code: "",
  reason: "",
  since: null,
  ...changes,
});
const told = (id: string, status: string) => ({ id, enabled: true, status, code: "", reason: "", since: null });

let targets: Targets;
beforeEach(async () => {
  asked = 0;
  answer = { enabled: true, targets: [target("one"), target("two")] };
  targets = new Targets("lamps");
  await targets.load();
});

it("shows how it goes as soon as the room tells, and keeps the rest", () => {
  targets.hear({ enabled: true, targets: [told("one", "sending"), told("two", "idle")] });
  expect(targets.shown?.targets?.[0]).toEqual(target("one", { status: "sending" }));
  expect(targets.announcement).toContain("one");
  expect(targets.announcement).not.toContain("two");
  expect(asked).toBe(1);
});

it("asks where the room tells of a target that is not known", async () => {
  answer = { enabled: true, targets: [target("one"), target("two"), target("three")] };
  targets.hear({ enabled: true, targets: [told("one", "idle"), told("two", "idle"), told("three", "idle")] });
  await vi.waitFor(() => expect(targets.shown?.targets?.length).toBe(3));
});

it("says why in the page's words, in the platform's, and in the server's where there are none", () => {
  expect(reasonOf({ code: "private", reason: "Its address leads" })).toContain("own network");
  expect(reasonOf({ code: "says", reason: "It says: no" })).toBe("It says: no");
  expect(reasonOf({ code: "newer", reason: "It is too new." })).toBe("It is too new.");
  expect(reasonOf({ code: "", reason: "" })).toBe("");
});

it("knows platforms by their address", () => {
  expect(platformOf("rtmps://a.rtmps.youtube.com/live2")).toBe("YouTube");
  expect(platformOf("rtmp://live.example.com/app")).toBe("");
});
