import { beforeEach, expect, it } from "vitest";
import type { ProductView } from "../../client/events";
import { Chat } from "../chat/chat.svelte";
import { Shelf } from "../shelf/shelf.svelte";
import type { RoomEvent } from "./protocol";
import { HANDLERS, hear, type Handlers, type Listener } from "./room_events";

const AT = "2026-01-01T12:00:00.000000Z";

const lamp: ProductView = {
  id: 3,
  name: "Reed lantern",
  link: "https://shop.test/lantern",
  price: 96,
  fixed_price: true,
  currency: "EUR",
  reference: null,
  bumped: true,
  bumped_at: AT,
  for_sale: false,
  hasOnlyDefaultVariant: false,
  isQuantityBased: false,
  imageSource: null,
  image: "",
  images: [],
  app: null,
  variants: { data: [] },
  quantity: { total: null, sold: 0, available: 0, no_limit: true },
};

let page: Listener;
let told: string[];

const tell = <Name extends RoomEvent["event"]>(event: Name, data: RoomEvent<Name>["data"]) =>
  hear(page, { event, seq: 4, data, at: AT } as RoomEvent<Name>);

beforeEach(() => {
  told = [];
  page = {
    viewers: null,
    chat: new Chat({
      threadSlug: "lamps",
      threadId: 7,
      signedIn: () => false,
      grant: () => Promise.reject(new Error("nobody asks")),
    }),
    shelf: new Shelf(),
    streamStarted: (seq) => void told.push(`started ${seq}`),
    streamEnded: (seq) => void told.push(`ended ${seq}`),
    streamInterrupted: ({ until }, seq) => void told.push(`interrupted until ${until} ${seq}`),
    streamResumed: (seq) => void told.push(`resumed ${seq}`),
    channelUpdated: (seq) => void told.push(`updated ${seq}`),
    streamTroubled: ({ troubles }) => void told.push(...troubles.map(({ code }) => code)),
  };
});

it("keeps shelf and card as the room hears", () => {
  tell("product.enabled", { product: { ...lamp, bumped: false } });
  expect(page.shelf.card).toBeNull();
  tell("product.promoted", { product: lamp, at: AT });
  expect(page.shelf.card?.name).toBe("Reed lantern");
  tell("product.unpromoted", { product_id: lamp.id, at: AT });
  expect([page.shelf.card, page.shelf.featured]).toEqual([null, null]);
  tell("product.disabled", { product_id: lamp.id });
  expect(page.shelf.products).toEqual([]);
});

it("shows a message, and none where nobody may talk", () => {
  const author = { id: "g1", name: "Noor", avatar: null, guest: true, role: "viewer" as const };
  const said = { id: "m1", thread_id: 7, data: "Does it dim?", locale: null, reply_for: null, created_at: AT, seq: 4 };
  tell("message.created", { ...said, author: { data: author } });
  expect(page.chat?.messages.map(({ data }) => data)).toEqual(["Does it dim?"]);
  page = { ...page, chat: null };
  tell("message.created", { ...said, author: { data: author } });
});

it("tells the page of its show and its viewers", () => {
  tell("stream.started", { session_id: "s1" });
  tell("channel.updated", {});
  tell("stream.health", { session_id: "s1", troubles: [{ code: "no_sound", words: "No sound." }] });
  tell("stream.interrupted", { session_id: "s1", until: AT });
  tell("stream.resumed", { session_id: "s1" });
  tell("stream.ended", { session_id: "s1" });
  tell("viewers.counted", { viewers: 12 });
  expect(told).toEqual(["started 4", "updated 4", "no_sound", `interrupted until ${AT} 4`, "resumed 4", "ended 4"]);
  expect(page.viewers).toBe(12);
});

it("leaves an event that only a newer server knows", () => {
  hear(page, { event: "product.praised", seq: 4, data: {}, at: AT } as unknown as RoomEvent);
  expect(told).toEqual([]);
});

it("lets types alone say when an event is forgotten or misread", () => {
  const { "stream.ended": forgotten, ...rest } = HANDLERS;
  // @ts-expect-error a handler for each event
  const incomplete: Handlers = rest;
  // @ts-expect-error the server sends no such field
  const misread: Handlers = { ...rest, "stream.ended": (_page, { ended_at }) => void ended_at };
  expect([forgotten, incomplete, misread]).toHaveLength(3);
});
