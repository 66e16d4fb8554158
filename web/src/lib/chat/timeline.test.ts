import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../client/types";
import { messagesAfter, Timeline } from "./timeline";

const message = (seq: number, data = `text ${seq}`): Message => ({
  id: `m${seq}`,
  thread_id: 7,
  data,
  locale: null,
  reply_for: null,
  reply_to: null,
  mentions: [],
  reactions: [],
  state: "shown" as const,
  edited_at: null,
  seq,
  created_at: "",
  author: { data: { id: "a", name: "Noor", avatar: null, guest: true, role: "viewer" } },
});

let timeline: Timeline;
const said = () => timeline.messages.map(({ seq }) => seq);

beforeEach(() => {
  timeline = new Timeline();
});

describe("a timeline", () => {
  it("has each message once, in its place", () => {
    timeline.add([message(1), message(5), message(3), message(3, "edited")]);
    timeline.add([message(4), message(2)]);
    expect(said()).toEqual([1, 2, 3, 4, 5]);
    expect(timeline.get("m3")?.data).toBe("edited");
  });

  it("takes a page of older ones, and one that overlaps", () => {
    timeline.add([message(7), message(8)]);
    timeline.add([message(1), message(2)]);
    timeline.add([message(2), message(3), message(7, "again")]);
    expect(said()).toEqual([1, 2, 3, 7, 8]);
  });

  it("changes nothing of what was handed out", () => {
    timeline.add([message(1)]);
    const before = timeline.messages;
    timeline.add([message(2), message(1, "edited")]);
    expect(before.map(({ data }) => data)).toEqual(["text 1"]);
  });

  it("moves what is said only now", () => {
    timeline.add([message(1), message(2), message(3)]);
    timeline.add([{ ...message(1), seq: 4 }]);
    expect(timeline.messages.map(({ id }) => id)).toEqual(["m2", "m3", "m1"]);
  });

  it("takes nothing that was taken away, until it is brought back", () => {
    timeline.add([message(4), message(5)]);
    timeline.remove(({ seq }) => seq === 4);
    timeline.refuse("m2");
    timeline.refuse("m5");
    timeline.add([message(2), message(3)]);
    timeline.add([message(4), message(5, "still here")]);
    expect(said()).toEqual([3, 5]);
    timeline.revive("m4");
    timeline.add([message(4)]);
    expect(said()).toEqual([3, 4, 5]);
  });

  it("drops the oldest in one go, and takes them back", () => {
    timeline.add(Array.from({ length: 511 }, (_, seq) => message(seq)));
    expect([timeline.trim(10), timeline.trim(10), said()[0]]).toEqual([true, false, 501]);
    timeline.add([message(500)]);
    expect([said()[0], timeline.messages.length]).toEqual([500, 11]);
  });
});

it("knows what came after a message that is gone", () => {
  const messages = [message(1), message(3), message(4)];
  expect(messagesAfter(message(2), messages).map(({ seq }) => seq)).toEqual([3, 4]);
  expect(messagesAfter(message(9), messages)).toEqual([]);
});
