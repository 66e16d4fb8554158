// Made by `storecast events > web/src/client/events.ts`. Do not edit: change the server's events, make it anew.

/** Those that are told and not kept: they have no `seq`. */
export type Figure = "hearts.counted" | "poll.counted" | "questions.counted" | "reactions.counted" | "viewers.counted";

/** Events of a room, by name, with their data. */
export interface RoomEvents {
  "channel.updated": ChannelUpdated;
  "chat.settings": SettingsChanged;
  "coupon.pinned": CouponPinned;
  "coupon.unpinned": CouponUnpinned;
  "deal.ended": DealEnded;
  "deal.started": DealStarted;
  "hearts.counted": HeartsCounted;
  "media.progress": MediaProgress;
  "media.published": MediaPublished;
  "message.created": MessageCreated;
  "message.deleted": MessageDeleted;
  "message.held": MessageHeld;
  "message.pinned": MessagePinned;
  "message.purged": MessagePurged;
  "message.restored": MessageRestored;
  "message.reviewed": MessageReviewed;
  "message.unpinned": MessageUnpinned;
  "message.updated": MessageUpdated;
  "moderation.changed": ModerationChanged;
  "order.cancelled": OrderCancelled;
  "order.created": OrderCreated;
  "order.disputed": OrderDisputed;
  "order.fulfilled": OrderFulfilled;
  "order.paid": OrderPaid;
  "order.refunded": OrderRefunded;
  "person.banned": BanTold;
  "person.unbanned": BanUndone;
  "person.warned": PersonWarned;
  "playout.changed": PlayoutChanged;
  "poll.closed": PollClosed;
  "poll.counted": PollCounted;
  "poll.opened": PollOpened;
  "product.disabled": ProductDisabled;
  "product.enabled": ProductEnabled;
  "product.promoted": ProductPromoted;
  "product.stock": ProductStock;
  "product.unpromoted": ProductUnpromoted;
  "question.answered": QuestionAnswered;
  "question.answering": QuestionAnswering;
  "question.archived": QuestionArchived;
  "question.created": QuestionCreated;
  "question.held": QuestionHeld;
  "question.pinned": QuestionPinned;
  "question.restored": QuestionRestored;
  "question.reviewed": QuestionReviewed;
  "questions.counted": QuestionsCounted;
  "reactions.counted": ReactionsCounted;
  "shelf.ordered": ShelfOrdered;
  "stream.ended": StreamEnded;
  "stream.health": StreamHealthChanged;
  "stream.interrupted": StreamInterrupted;
  "stream.minutes": StreamMinutesChanged;
  "stream.resumed": StreamResumed;
  "stream.simulcast": SimulcastChanged;
  "stream.started": StreamStarted;
  "viewers.counted": ViewersCounted;
  "waitlist.offered": WaitlistOffered;
}

export interface AskerView {
  id: string;
  name: string;
  avatar: string | null;
  guest: boolean;
  role: "admin" | "editor" | "moderator" | "owner" | "viewer";
}

export interface AuthorView {
  id: string;
  name: string;
  avatar: string | null;
  guest: boolean;
  role: "admin" | "editor" | "moderator" | "owner" | "viewer";
}

/** Somebody hears that they can say no more here. Of a silent hide nobody is told. */
export interface BanTold {
  until: string | null;
  reason: string | null;
}

/** Somebody hears that they may speak again. */
export type BanUndone = Record<string, never>;

/** What viewers see of the channel has changed; ask for it again. */
export type ChannelUpdated = Record<string, never>;

export interface ChoiceView {
  text: string;
  votes: number;
  share: number;
}

/** Viewers may claim it now. */
export interface CouponPinned {
  coupon: PinnedCouponView;
}

export interface CouponUnpinned {
  code: string;
}

/** A product costs what it did before. */
export interface DealEnded {
  product_id: number;
}

/** A product costs less: until `ends_at`, ISO 8601, or for `quantity` pieces. Prices are in major units. `before_at_most` bounds what may be shown as the price before, as it does in the deal of a product. */
export interface DealStarted {
  product_id: number;
  price: number;
  currency: string;
  ends_at: string | null;
  quantity: number | null;
  before_at_most: number | null;
}

/** A price for some time, or for some pieces. */
export interface DealView {
  price: number;
  ends_at: string | null;
  quantity: number | null;
  left: number | null;
  before_at_most: number | null;
}

/** How many hearts were sent in the last half second, by emoji. Several may come in one half second: add them up. */
export interface HeartsCounted {
  emojis: Record<string, number>;
}

/** How far something is that takes long: `progress` is 0 to 1. A video that is new is told of so, too. */
export interface MediaProgress {
  id: string;
  status: "waiting" | "processing" | "ready" | "failed";
  progress: number;
}

/** Other videos are to be seen on the channel than before, or the same in other order. */
export type MediaPublished = Record<string, never>;

export interface MentionView {
  id: string;
  name: string;
}

/** The message as its readers see it. */
export interface MessageCreated {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  reply_to: ReplyView | null;
  mentions: Array<MentionView>;
  reactions: Array<ReactionView>;
  state: "deleted" | "held" | "hidden" | "shown";
  author: { data: AuthorView; };
  created_at: string;
  edited_at: string | null;
  seq: number;
}

/** It is not to be shown any more, nor quoted above its answers. */
export interface MessageDeleted {
  id: string;
  thread_id: number;
}

/** It waits for somebody to review it. */
export interface MessageHeld {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  reply_to: ReplyView | null;
  mentions: Array<MentionView>;
  reactions: Array<ReactionView>;
  state: "deleted" | "held" | "hidden" | "shown";
  author: { data: AuthorView; };
  created_at: string;
  edited_at: string | null;
  seq: number;
}

/** It stands above the chat, in place of what stood there. */
export interface MessagePinned {
  message: MessageView;
}

/** Nothing these authors said until now is to be shown any more. */
export interface MessagePurged {
  author_ids: Array<string>;
}

/** It is shown again, in its old place, which `seq` is. */
export interface MessageRestored {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  reply_to: ReplyView | null;
  mentions: Array<MentionView>;
  reactions: Array<ReactionView>;
  state: "deleted" | "held" | "hidden" | "shown";
  author: { data: AuthorView; };
  created_at: string;
  edited_at: string | null;
  seq: number;
}

/** What its author said was held, and is now decided on: where `shown`, the room hears it, too. */
export interface MessageReviewed {
  id: string;
  shown: boolean;
}

/** It does not stand above the chat any more. */
export interface MessageUnpinned {
  id: string;
}

/** Its author has changed what it says. `seq` is still its place. */
export interface MessageUpdated {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  reply_to: ReplyView | null;
  mentions: Array<MentionView>;
  reactions: Array<ReactionView>;
  state: "deleted" | "held" | "hidden" | "shown";
  author: { data: AuthorView; };
  created_at: string;
  edited_at: string | null;
  seq: number;
}

export interface MessageView {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  reply_to: ReplyView | null;
  mentions: Array<MentionView>;
  reactions: Array<ReactionView>;
  state: "deleted" | "held" | "hidden" | "shown";
  author: { data: AuthorView; };
  created_at: string;
  edited_at: string | null;
  seq: number;
}

/** Whoever moderates asks again for what has changed. */
export interface ModerationChanged {
  bans: boolean;
  reports: boolean;
  rules: boolean;
}

/** Nothing comes of it. */
export interface OrderCancelled {
  order: OrderHeard;
}

/** It was placed: its number is given, its stock is taken. */
export interface OrderCreated {
  order: OrderHeard;
}

/** The buyer's bank asks for the money back, or has decided. */
export interface OrderDisputed {
  order: OrderHeard;
}

/** It was sent, or handed over. */
export interface OrderFulfilled {
  order: OrderHeard;
}

/** An order without its buyer: the log that carries it outlasts what is kept of people. */
export interface OrderHeard {
  id: string;
  number: number | null;
  status: string;
  provider: string;
  total: number;
  refunded: number;
  currency: string;
  items: Array<OrderLine>;
}

export interface OrderLine {
  product_id: number | null;
  variant_id: number | null;
  name: string;
  quantity: number;
}

/** Its money is there. */
export interface OrderPaid {
  order: OrderHeard;
}

/** Money went back: all, or some of it. */
export interface OrderRefunded {
  order: OrderHeard;
}

/** Somebody is asked to mind what they say. */
export interface PersonWarned {
  reason: string;
  at: string;
}

/** A coupon as viewers may claim it. */
export interface PinnedCouponView {
  code: string;
  percent: number | null;
  amount: number | null;
  currency: string | null;
  minimum: number | null;
  ends_at: string | null;
  left: number | null;
}

/** The channel's playlist waits to be played as a show, plays, or did: which of its videos are seen changes, too. */
export interface PlayoutChanged {
  state: string;
}

/** The poll is over, with its result. */
export interface PollClosed {
  id: string;
  question: string;
  answers: Array<ChoiceView>;
  votes: number;
  status: "draft" | "open" | "closed";
  seconds: number | null;
  opened_at: string | null;
  closes_at: string | null;
  closed_at: string | null;
  session_id: string | null;
}

/** How many chose each answer so far, in the order of the answers. */
export interface PollCounted {
  id: string;
  votes: Array<number>;
}

/** Viewers may choose. */
export interface PollOpened {
  id: string;
  question: string;
  answers: Array<ChoiceView>;
  votes: number;
  status: "draft" | "open" | "closed";
  seconds: number | null;
  opened_at: string | null;
  closes_at: string | null;
  closed_at: string | null;
  session_id: string | null;
}

export interface ProductDisabled {
  product_id: number;
}

/** A product stands on the shelf, new there or changed. */
export interface ProductEnabled {
  product: ProductView;
}

/** `at` is when the host promoted it, ISO 8601; a player matches it with the picture's programme time. A `large` one takes the place of the large one; a `small` one stands beside it. */
export interface ProductPromoted {
  product: ProductView;
  at: string;
  size: "large" | "small";
}

/** Stock of a product on the shelf has changed; at most once a second for a product. */
export interface ProductStock {
  product_id: number;
  quantity: Quantity;
  variants: Array<VariantStock>;
}

/** A product is promoted no longer: `at` is when the host took it back, or the show ended, ISO 8601. */
export interface ProductUnpromoted {
  product_id: number;
  at: string;
  size: "large" | "small";
}

export interface ProductView {
  id: number;
  name: string;
  link: string;
  price: number | null;
  compare_at_price: number | null;
  lowest_price_30_days: number | null;
  fixed_price: boolean;
  currency: string;
  sku: string | null;
  max_per_buyer: number | null;
  number: number | null;
  reference: string | null;
  bumped: boolean;
  bumped_at: string | null;
  pinned: "large" | "small" | null;
  pinned_at: string | null;
  deal: DealView | null;
  for_sale: boolean;
  hasOnlyDefaultVariant: boolean;
  isQuantityBased: boolean;
  imageSource: "channel" | null;
  image: string;
  images: Array<string>;
  app: string | null;
  variants: { data: Array<VariantView>; };
  quantity: Quantity;
}

/** Stock as it is shown; `no_limit` where the seller keeps none. */
export interface Quantity {
  total: number | null;
  sold: number;
  available: number;
  reserved: number;
  no_limit: boolean;
}

/** The host has written an answer, or with null taken it back. */
export interface QuestionAnswered {
  id: string;
  answer: string | null;
  status: "open" | "answered" | "removed";
}

/** What the host answers from `at` on, ISO 8601; with `id` null nothing. */
export interface QuestionAnswering {
  id: string | null;
  question: string | null;
  at: string;
}

/** A question is not open any more: it is among the answered ones, or away. */
export interface QuestionArchived {
  id: string;
  status: "open" | "answered" | "removed";
}

/** The question as its readers see it. */
export interface QuestionCreated {
  id: string;
  question: string;
  votes: number;
  my_vote: -1 | 0 | 1;
  mine: boolean;
  status: "open" | "answered" | "removed";
  state: "shown" | "held" | "hidden";
  pinned: boolean;
  answering: boolean;
  answer: string | null;
  anonymous: boolean;
  author: { data: AskerView | Array<string>; };
  created_at: string;
}

/** A question waits for review, with who asked. */
export interface QuestionHeld {
  id: string;
  question: string;
  votes: number;
  my_vote: -1 | 0 | 1;
  mine: boolean;
  status: "open" | "answered" | "removed";
  state: "shown" | "held" | "hidden";
  pinned: boolean;
  answering: boolean;
  answer: string | null;
  anonymous: boolean;
  author: { data: AskerView | Array<string>; };
  created_at: string;
}

/** A question stands above the others, in place of any that did; none with `id` null. */
export interface QuestionPinned {
  id: string | null;
}

/** A question is open again. */
export interface QuestionRestored {
  id: string;
  question: string;
  votes: number;
  my_vote: -1 | 0 | 1;
  mine: boolean;
  status: "open" | "answered" | "removed";
  state: "shown" | "held" | "hidden";
  pinned: boolean;
  answering: boolean;
  answer: string | null;
  anonymous: boolean;
  author: { data: AskerView | Array<string>; };
  created_at: string;
}

/** A question that waited was decided on. Told to who asked. */
export interface QuestionReviewed {
  id: string;
  shown: boolean;
}

/** Up-votes less down-votes of questions, by their ids. */
export interface QuestionsCounted {
  votes: Record<string, number>;
}

export interface ReactionView {
  emoji: string;
  count: number;
  mine: boolean;
}

/** How many people have reacted to messages, by message and emoji; a message named has no others. */
export interface ReactionsCounted {
  messages: Record<string, Record<string, number>>;
}

/** What a message answers, so that nobody needs the original. */
export interface ReplyView {
  id: string;
  name: string;
  data: string;
}

/** The rules that are in force from now on. */
export interface SettingsChanged {
  slow_seconds: number;
  followers_only: boolean;
  followers_minutes: number;
  members_only: boolean;
  guests: boolean;
  shield: boolean;
  links: "accounts" | "everyone" | "team";
  anonymous_questions: boolean;
}

/** The shelf stands in another order: all its products, in it. */
export interface ShelfOrdered {
  product_ids: Array<number>;
}

/** A show goes elsewhere than before, or otherwise. With all of the channel's targets. */
export interface SimulcastChanged {
  enabled: boolean;
  targets: Array<TargetStatus>;
}

export interface StreamEnded {
  session_id: string;
}

/** Other things are wrong with the stream than before. Figures change all the time, and are asked for. */
export interface StreamHealthChanged {
  session_id: string;
  troubles: Array<StreamTrouble>;
}

/** The publisher is gone without saying goodbye. `until` is when the show ends if it stays away, ISO 8601. */
export interface StreamInterrupted {
  session_id: string;
  until: string;
}

/** The show has come to another stage of its owner's streaming minutes; `spent` ends it. `seconds` are left of what the plan grants this month, and `grace_seconds` for which it goes on beyond those. */
export interface StreamMinutesChanged {
  session_id: string;
  stage: "enough" | "low" | "grace" | "spent";
  seconds: number;
  grace_seconds: number;
}

/** The picture is back after an interruption. */
export interface StreamResumed {
  session_id: string;
}

export interface StreamStarted {
  session_id: string;
}

/** Something wrong with a stream. */
export interface StreamTrouble {
  code: string;
  words: string;
}

/** How it goes with one target. */
export interface TargetStatus {
  id: string;
  enabled: boolean;
  status: string;
  code: string;
  reason: string;
  since: string | null;
}

/** What is left of a variant. */
export interface VariantStock {
  id: number;
  available: number;
  reserved: number;
  no_limit: boolean;
}

export interface VariantView {
  id: number;
  name: string;
  options: Record<string, string>;
  price: number | null;
  quantity: Quantity;
  available: number;
  keeps_own_stock: boolean;
  sku: string | null;
  reference: string | null;
  image: string | null;
}

/** How many watch now; told to few where the channel does not show its viewers how many they are. */
export interface ViewersCounted {
  viewers: number;
}

/** A piece is held for this viewer, until then (ISO 8601). */
export interface WaitlistOffered {
  product_id: number;
  variant_id: number | null;
  name: string;
  until: string;
}
