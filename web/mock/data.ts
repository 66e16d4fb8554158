/** A small shop's show, as the API would describe it. */
import type { ProductView } from "../src/client/events.ts";
import type {
  Channel,
  Message,
  Playback,
  Reader,
  Stream,
  StreamHealth,
  Thread,
  ThreadSettings,
} from "../src/client/types.ts";

const art = (hue: number, shape: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" fill="hsl(${hue} 40% 88%)"/><g fill="hsl(${hue} 45% 38%)">${shape}</g></svg>`,
  )}`;

export const product = (id: number, name: string, price: number, link: string, image: string): ProductView => ({
  id,
  name,
  price,
  link,
  image,
  compare_at_price: null,
  lowest_price_30_days: null,
  fixed_price: true,
  currency: "USD",
  sku: null,
  max_per_buyer: null,
  number: null,
  reference: null,
  bumped: false,
  bumped_at: null,
  pinned: null,
  pinned_at: null,
  deal: null,
  for_sale: true,
  hasOnlyDefaultVariant: false,
  isQuantityBased: false,
  imageSource: null,
  images: [],
  app: null,
  variants: { data: [] },
  quantity: { total: null, sold: 0, available: 0, reserved: 0, no_limit: true },
});

const item = (id: number, name: string, price: number, hue: number, shape: string): ProductView =>
  product(id, name, price, `https://shop.example/products/${id}`, art(hue, shape));

export const products: ProductView[] = [
  item(
    1,
    "Stoneware pour-over set",
    48,
    20,
    '<path d="M60 50h80l-22 60H82z"/><rect x="62" y="118" width="76" height="46" rx="12"/>',
  ),
  item(2, "Linen apron, indigo", 62.5, 215, '<path d="M75 40h50v40h30v85H45V80h30z"/>'),
  item(
    3,
    "Walnut serving board with leather loop",
    89,
    30,
    '<rect x="55" y="60" width="90" height="110" rx="16"/><rect x="92" y="30" width="16" height="40" rx="8"/>',
  ),
  item(
    4,
    "Beeswax candle, pair",
    18,
    45,
    '<rect x="70" y="60" width="22" height="110" rx="4"/><rect x="108" y="80" width="22" height="90" rx="4"/>',
  ),
];

export const catalogue: ProductView[] = [
  item(5, "Glass carafe", 34, 180, '<path d="M85 40h30v40l25 60a15 15 0 0 1-14 20H74a15 15 0 0 1-14-20l25-60z"/>'),
  item(
    6,
    "Enamel mug",
    14,
    0,
    '<rect x="55" y="60" width="80" height="90" rx="10"/><circle cx="140" cy="105" r="24" fill="none" stroke-width="10" stroke="#633"/>',
  ),
];

const owner = { hash_id: "owner", id: 1, nickname: "Maya Lindqvist", first_name: "Maya", avatar: "" };

export const streamHealth: StreamHealth = {
  kbps: 3120,
  frame_rate: 29.97,
  keyframe_interval: 2,
  dropped: 0,
  silent_seconds: 0.1,
  codecs: ["avc1.64001f", "mp4a.40.2"],
  width: 1280,
  height: 720,
  troubles: [],
};

export const stream: Stream = {
  id: "stream-1",
  event_id: "channel-1",
  is_live: true,
  started_at: new Date(Date.now() - 754_000).toISOString(),
  stream_key: "k7Qm-94xz-Lw2p-88td",
  ingest: { rtmp_url: "rtmp://localhost:1935/live", browser_url: "ws://localhost/ingest" },
  playback: { data: { id: "stream-1", playback_id: "playback-1", hls_url: "/mock-hls/index.m3u8" } },
  health: streamHealth,
  interrupted_until: null,
};

export const channel: Channel = {
  streamType: 2,
  as_live: null,
  id: "channel-1",
  name: "Slow mornings: the new ceramics drop",
  slug: "demo",
  description: "Maya pours coffee with the new stoneware and answers everything about glazes, care and shipping.",
  banner_top: "",
  banner_sizes: [],
  background_url: null,
  background_sizes: [],
  chat_enabled: true,
  guest_chat_enabled: true,
  questions_enabled: true,
  attributes: { userEmailNotifications: true },
  shop_enabled: true,
  hold_policy: "hold" as const,
  hold_minutes: 15,
  show_online_users: true,
  free_pass: 2,
  privacy: 0,
  isOwner: true,
  isShared: false,
  starts_at: null,
  starts_at_status: false,
  timezone: "UTC",
  thread_id: 1,
  stream: { data: stream },
};

export const playback = (): Playback => ({
  ...channel,
  coupon: null,
  playlist: { data: [] },
  streamType: 2,
  user_notifications_email: true,
  user_notifications_sms: true,
  seq: currentSeq(),
  paid: false,
  isOwner: false,
  iCanSee: true,
  following: { data: [] },
  owner: { data: owner },
  stream: { data: stream },
});

/** The same channel before its show. */
export const soon = (): Playback => ({
  ...playback(),
  slug: "soon",
  starts_at: new Date(Date.now() + 26.5 * 3_600_000).toISOString(),
  starts_at_status: true,
  stream: { data: { ...stream, is_live: false } },
});

let sequence = 40;
export const nextSeq = (): number => (sequence += 1);
export const currentSeq = (): number => sequence;

export function message(name: string, text: string, id = `m${sequence + 1}`): Message {
  return {
    id,
    thread_id: 1,
    data: text,
    locale: null,
    reply_for: null,
    reply_to: null,
    mentions: [],
    reactions: [],
    state: "shown" as const,
    edited_at: null,
    author: {
      data: { id: `a-${name}`, name, avatar: null, guest: true, role: name.startsWith("Maya") ? "owner" : "viewer" },
    },
    created_at: new Date().toISOString(),
    seq: nextSeq(),
  };
}

export const rules: ThreadSettings = {
  enabled: true,
  guest_chat: true,
  slow_seconds: 0,
  followers_only: false,
  followers_minutes: 0,
  members_only: false,
  guests: true,
  shield: false,
  links: "accounts",
  anonymous_questions: false,
};

export const reader: Reader = {
  id: "g1",
  role: "viewer",
  may_moderate: false,
  banned: false,
  banned_until: null,
  slow_until: null,
};

export const thread = (messages: Message[], cursor: string | null = null): Thread => ({
  id: 1,
  slug: "demo",
  unread: 0,
  messages: { data: messages },
  pinned: { data: [] },
  settings: rules,
  me: reader,
  cursor,
});

export const messages: Message[] = [
  message("Priya", "Just got here, which glaze is that? 😍"),
  message("Maya Lindqvist", "Welcome everyone! This is the oat glaze, first time we show it."),
  message("Tomás", "Does the pour-over set fit a size 02 filter?"),
  message("Maya Lindqvist", "Yes, 02 fits perfectly."),
  message("June", "Ordered two of the boards last spring, still look like new. The leather loop is lovely too."),
  message("Anouk", "Shipping to Belgium?"),
];
