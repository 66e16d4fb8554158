import { beforeEach, expect, it } from "vitest";
import { poll, question } from "../../../mock/asking";
import { product } from "../../../mock/data";
import type { ProductView } from "../../client/events";
import { Chat } from "../chat/chat.svelte";
import { Shelf } from "../shelf/shelf.svelte";
import type { RoomEvent } from "./protocol";
import { HANDLERS, hear, type Handlers, type Listener } from "./room_events";

const AT = "2026-01-01T12:00:00.000000Z";

const lamp: ProductView = {
  ...product(3, "Reed lantern", 96, "https://shop.test/lantern", ""),
  bumped: true,
  bumped_at: AT,
  pinned: "large",
  pinned_at: AT,
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
    questions: {
      ruled: ({ anonymous_questions }) => void told.push(`anonymous ${anonymous_questions}`),
      created: ({ question }) => void told.push(`asked ${question}`),
      held: ({ question }) => void told.push(`held ${question}`),
      reviewed: ({ id, shown }) => void told.push(`reviewed ${id} ${shown}`),
      archived: ({ id, status }) => void told.push(`${status} ${id}`),
      pinned: ({ id }) => void told.push(`pinned ${id}`),
      turnedTo: ({ id, at }) => void told.push(`answering ${id} ${at}`),
      answered: ({ id, answer }) => void told.push(`answered ${id} ${answer}`),
      counted: ({ votes }) => void told.push(`votes ${JSON.stringify(votes)}`),
    },
    polls: {
      opened: ({ question }) => void told.push(`opened ${question}`),
      closed: ({ question }) => void told.push(`closed ${question}`),
      counted: ({ votes }) => void told.push(`poll ${votes.join()}`),
    },
    streamStarted: (seq) => void told.push(`started ${seq}`),
    streamEnded: (seq) => void told.push(`ended ${seq}`),
    streamInterrupted: ({ until }, seq) => void told.push(`interrupted until ${until} ${seq}`),
    streamResumed: (seq) => void told.push(`resumed ${seq}`),
    channelUpdated: (seq) => void told.push(`updated ${seq}`),
    minutesChanged: ({ stage }) => void told.push(stage),
    streamTroubled: ({ troubles }) => void told.push(...troubles.map(({ code }) => code)),
    simulcastChanged: ({ targets }) => void told.push(...targets.map(({ status }) => `simulcast ${status}`)),
    couponPinned: ({ coupon }) => void told.push(`coupon ${coupon.code}`),
    couponUnpinned: ({ code }) => void told.push(`no coupon ${code}`),
    waitlistOffered: ({ name }) => void told.push(`offered ${name}`),
    moderationChanged: ({ reports }) => void told.push(`reports ${reports}`),
    mediaChanged: ({ id, status }) => void told.push(`media ${id} ${status}`),
    orderChanged: ({ status }) => void told.push(`order ${status}`),
  };
});

it("keeps shelf and card as the room hears", () => {
  tell("product.enabled", { product: { ...lamp, bumped: false, pinned: null } });
  expect(page.shelf.card).toBeNull();
  tell("product.promoted", { product: lamp, at: AT, size: "large" });
  expect(page.shelf.card?.name).toBe("Reed lantern");
  tell("product.unpromoted", { product_id: lamp.id, at: AT, size: "large" });
  expect([page.shelf.card, page.shelf.featured]).toEqual([null, null]);
  const quantity = { total: 9, sold: 7, available: 2, reserved: 0, no_limit: false };
  tell("product.stock", { product_id: lamp.id, quantity, variants: [] });
  expect(page.shelf.products[0]?.quantity.available).toBe(2);
  const deal = { price: 48, ends_at: AT, quantity: null, before_at_most: null };
  tell("deal.started", { product_id: lamp.id, currency: "USD", ...deal });
  expect(page.shelf.products[0]?.deal).toEqual({ ...deal, left: null });
  tell("deal.ended", { product_id: lamp.id });
  expect(page.shelf.products[0]?.deal).toBeNull();
  tell("product.enabled", { product: { ...lamp, id: 4, pinned: null } });
  tell("shelf.ordered", { product_ids: [4, 3] });
  expect(page.shelf.products.map(({ id }) => id)).toEqual([4, 3]);
  tell("product.disabled", { product_id: 4 });
  tell("product.disabled", { product_id: lamp.id });
  expect(page.shelf.products).toEqual([]);
});

it("shows a message, and none where nobody may talk", () => {
  const author = { id: "g1", name: "Noor", avatar: null, guest: true, role: "viewer" as const };
  const said = {
    id: "m1",
    thread_id: 7,
    data: "Does it dim?",
    locale: null,
    reply_for: null,
    reply_to: null,
    mentions: [],
    reactions: [],
    state: "shown" as const,
    edited_at: null,
    created_at: AT,
    seq: 4,
  };
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
  const coupon = {
    code: "SAVE10",
    percent: 10,
    amount: null,
    currency: null,
    minimum: null,
    ends_at: null,
    left: null,
  };
  tell("coupon.pinned", { coupon });
  tell("coupon.unpinned", { code: "SAVE10" });
  tell("waitlist.offered", { product_id: 3, variant_id: null, name: "Reed lantern", until: AT });
  const order = { id: "o1", number: 7, provider: "request", total: 48, refunded: 0, currency: "USD", items: [] };
  tell("order.created", { order: { ...order, status: "placed" } });
  expect(told).toEqual([
    "started 4",
    "updated 4",
    "no_sound",
    `interrupted until ${AT} 4`,
    "resumed 4",
    "ended 4",
    "coupon SAVE10",
    "no coupon SAVE10",
    "offered Reed lantern",
    "order placed",
  ]);
  expect(page.viewers).toBe(12);
});

it("tells what is asked and voted", () => {
  const asked = question("q1", { question: "In oak?" });
  tell("question.created", asked);
  tell("question.held", asked);
  tell("question.reviewed", { id: "q1", shown: true });
  tell("questions.counted", { votes: { q1: 3 } });
  tell("question.pinned", { id: "q1" });
  tell("question.answering", { id: "q1", question: "In oak?", at: AT });
  tell("question.answered", { id: "q1", answer: "Yes.", status: "answered" });
  tell("question.archived", { id: "q1", status: "removed" });
  tell("question.restored", asked);
  const { my_vote: _, ...opened } = poll("p1", { question: "Which next?" });
  tell("poll.opened", opened);
  tell("poll.counted", { id: "p1", votes: [1, 0] });
  tell("poll.closed", opened);
  expect(told).toEqual([
    "asked In oak?",
    "held In oak?",
    "reviewed q1 true",
    'votes {"q1":3}',
    "pinned q1",
    `answering q1 ${AT}`,
    "answered q1 Yes.",
    "removed q1",
    "asked In oak?",
    "opened Which next?",
    "poll 1,0",
    "closed Which next?",
  ]);
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
