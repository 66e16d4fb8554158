import type {
  CouponPinned,
  CouponUnpinned,
  MediaProgress,
  ModerationChanged,
  OrderHeard,
  RoomEvents,
  SimulcastChanged,
  StreamHealthChanged,
  StreamInterrupted,
  StreamMinutesChanged,
  WaitlistOffered,
} from "../../client/events";
import type { Chat } from "../chat/chat.svelte";
import type { PollsListener } from "../polls/listener";
import type { QuestionsListener } from "../questions/listener";
import type { Shelf } from "../shelf/shelf.svelte";
import type { RoomEvent, Seq } from "./protocol";

/** What hears a room: the parts of a page that change by its events. */
export interface Listener {
  /** Null until the room says. */
  viewers: number | null;
  /** Null where nobody may talk. */
  readonly chat: Chat | null;
  readonly shelf: Shelf;
  /** Null while they are not on the page. */
  readonly questions: QuestionsListener | null;
  readonly polls: PollsListener | null;
  /** `seq` is the event's: what was loaded knows of it where that is as new. */
  streamStarted(seq: number): void;
  streamEnded(seq: number): void;
  streamInterrupted(event: StreamInterrupted, seq: number): void;
  streamResumed(seq: number): void;
  channelUpdated(seq: number): void;
  /** Told to who runs the show. */
  streamTroubled(event: StreamHealthChanged): void;
  /** Told to who runs the show. */
  minutesChanged(event: StreamMinutesChanged): void;
  simulcastChanged(event: SimulcastChanged): void;
  couponPinned(event: CouponPinned, seq: number): void;
  couponUnpinned(event: CouponUnpinned, seq: number): void;
  /** Told to whom alone. */
  waitlistOffered(event: WaitlistOffered): void;
  /** Told to who may edit the channel. */
  mediaChanged(event: MediaProgress): void;
  /** Told to who moderates. */
  moderationChanged(event: ModerationChanged): void;
  /** Told to who may see the channel's orders. */
  orderChanged(order: OrderHeard): void;
}

export type Handlers = {
  [Name in keyof RoomEvents]: (page: Listener, data: RoomEvents[Name], seq: Seq<Name>) => void;
};

/** How every page follows what the server tells; `npm run check` fails where an event is forgotten or misread. */
export const HANDLERS: Handlers = {
  "channel.updated": (page, _, seq) => page.channelUpdated(seq),
  "coupon.pinned": (page, event, seq) => page.couponPinned(event, seq),
  "coupon.unpinned": (page, event, seq) => page.couponUnpinned(event, seq),
  "deal.ended": (page, event) => page.shelf.endDeal(event),
  "deal.started": (page, event) => page.shelf.startDeal(event),
  "media.progress": (page, event) => page.mediaChanged(event),
  "media.published": (page, _, seq) => page.channelUpdated(seq),
  "playout.changed": (page, _, seq) => page.channelUpdated(seq),
  "chat.settings": (page, settings) => {
    page.chat?.standing.ruled(settings);
    page.questions?.ruled(settings);
  },
  "hearts.counted": (page, { emojis }) => page.chat?.hearts.hear(emojis),
  "message.created": (page, message) => page.chat?.receive(message),
  "message.deleted": (page, { id }) => page.chat?.drop(id),
  // It stands in the moderators' queue; they are told that this has changed.
  "message.held": () => undefined,
  "message.pinned": (page, { message }) => page.chat?.pin(message),
  "message.purged": (page, { author_ids }, seq) => page.chat?.purge(author_ids, seq),
  "message.restored": (page, message) => page.chat?.restore(message),
  "message.reviewed": (page, { id, shown }) => page.chat?.review(id, shown),
  "message.unpinned": (page, { id }) => page.chat?.unpin(id),
  "message.updated": (page, message) => page.chat?.change(message),
  "moderation.changed": (page, event) => page.moderationChanged(event),
  "order.cancelled": (page, { order }) => page.orderChanged(order),
  "order.created": (page, { order }) => page.orderChanged(order),
  "order.disputed": (page, { order }) => page.orderChanged(order),
  "order.fulfilled": (page, { order }) => page.orderChanged(order),
  "order.paid": (page, { order }) => page.orderChanged(order),
  "order.refunded": (page, { order }) => page.orderChanged(order),
  "poll.closed": (page, poll) => page.polls?.closed(poll),
  "poll.counted": (page, event) => page.polls?.counted(event),
  "poll.opened": (page, poll) => page.polls?.opened(poll),
  "person.banned": (page, { until, reason }) => page.chat?.standing.banned(until, reason),
  "person.unbanned": (page) => page.chat?.standing.unbanned(),
  "person.warned": (page, { reason }) => {
    if (page.chat) page.chat.standing.warning = reason;
  },
  "product.disabled": (page, event) => page.shelf.disable(event),
  "product.enabled": (page, event) => page.shelf.enable(event),
  "product.promoted": (page, event) => page.shelf.promote(event),
  "product.stock": (page, event) => page.shelf.stock(event),
  "product.unpromoted": (page, event) => page.shelf.unpromote(event),
  "question.answered": (page, event) => page.questions?.answered(event),
  "question.answering": (page, event) => page.questions?.turnedTo(event),
  "question.archived": (page, event) => page.questions?.archived(event),
  "question.created": (page, question) => page.questions?.created(question),
  "question.held": (page, question) => page.questions?.held(question),
  "question.pinned": (page, event) => page.questions?.pinned(event),
  "question.restored": (page, question) => page.questions?.created(question),
  "question.reviewed": (page, event) => page.questions?.reviewed(event),
  "questions.counted": (page, event) => page.questions?.counted(event),
  "reactions.counted": (page, { messages }) => page.chat?.count(messages),
  "shelf.ordered": (page, event) => page.shelf.order(event),
  "stream.ended": (page, _, seq) => page.streamEnded(seq),
  "stream.health": (page, event) => page.streamTroubled(event),
  "stream.interrupted": (page, event, seq) => page.streamInterrupted(event, seq),
  "stream.minutes": (page, event) => page.minutesChanged(event),
  "stream.resumed": (page, _, seq) => page.streamResumed(seq),
  "stream.simulcast": (page, event) => page.simulcastChanged(event),
  "stream.started": (page, _, seq) => page.streamStarted(seq),
  "waitlist.offered": (page, event) => page.waitlistOffered(event),
  "viewers.counted": (page, { viewers }) => {
    page.viewers = viewers;
  },
};

/** Have the page follow an event. One of a newer server that nobody here knows is left. */
export function hear<Name extends keyof RoomEvents>(page: Listener, { event, seq, data }: RoomEvent<Name>): void {
  const handlers: Partial<Handlers> = HANDLERS;
  handlers[event]?.(page, data, seq);
}
