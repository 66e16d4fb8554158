/** The API's resources, as far as these pages read them; checked against its own description of them. */
import type { RoomEvents } from "./events";
import type { components } from "./schema";

type Schemas = components["schemas"];

export interface Wrapped<T> {
  data: T;
}

/** The nested resource, or null where the API says there is none (`{"data": []}`). */
export function present<T extends object>(nested: Wrapped<T | unknown[]> | null | undefined): T | null {
  if (!nested || Array.isArray(nested.data)) return null;
  return nested.data;
}

/** What is left of a month to be live in. */
export type Minutes = Pick<Schemas["StreamingAccess"], "seconds" | "grace_seconds" | "stage" | "until">;

export type PictureSize = Schemas["PictureSize"];

/** A channel's own cover; null for the stand-in of channels that have none. */
export function coverOf(channel: { banner_top: string }): string | null {
  return channel.banner_top.endsWith("/defaults/cover.svg") ? null : channel.banner_top || null;
}

export type Owner = Pick<Schemas["StorefrontOwner"], "hash_id" | "nickname" | "first_name" | "avatar">;

export type Stream = Pick<
  Schemas["StreamResource"],
  "id" | "event_id" | "is_live" | "stream_key" | "started_at" | "ingest" | "playback" | "health" | "interrupted_until"
>;

export type StreamHealth = Schemas["StreamHealth"];

type Facts =
  | "id"
  | "name"
  | "slug"
  | "description"
  | "banner_top"
  | "banner_sizes"
  | "background_url"
  | "background_sizes"
  | "chat_enabled"
  | "guest_chat_enabled"
  | "questions_enabled"
  | "shop_enabled"
  | "show_online_users"
  | "free_pass"
  | "privacy"
  | "isOwner"
  | "starts_at"
  | "starts_at_status"
  | "timezone"
  | "thread_id";

interface WithStream {
  stream: Wrapped<Stream | unknown[]>;
}

/** What a viewer sees of a channel. */
export type Playback = Pick<
  Schemas["StorefrontChannel"],
  | Facts
  | "seq"
  | "paid"
  | "iCanSee"
  | "following"
  | "attributes"
  | "coupon"
  | "playlist"
  | "streamType"
  | "user_notifications_email"
  | "user_notifications_sms"
> &
  WithStream & { owner: Wrapped<Owner> };

/** A video as viewers see it; those of a channel are its playlist. */
export type Video = Schemas["PlaylistEntry"];
/** `chapters` are what was pinned; their times are seconds of the video. */
export type Replay = Schemas["ReplayResource"];
export type Chapter = Schemas["Chapter"];

/** A channel as its makers see it. */
export type Channel = Pick<
  Schemas["ChannelResource"],
  Facts | "isShared" | "hold_policy" | "hold_minutes" | "streamType" | "as_live" | "attributes"
> &
  WithStream;

export type ChannelChanges = Partial<
  Pick<
    Schemas["ChannelUpdate"],
    | "name"
    | "slug"
    | "description"
    | "privacy"
    | "free_pass"
    | "sign_in_needed"
    | "chat_enabled"
    | "guest_chat_enabled"
    | "questionsEnabled"
    | "shop_enabled"
    | "hold_policy"
    | "hold_minutes"
    | "show_online_users"
    | "starts_at"
    | "starts_at_status"
    | "stream_type"
    | "attributes"
  >
>;

/** Prices are in major units of `currency`. */
export type Product = Pick<
  Schemas["ProductView"],
  | "id"
  | "name"
  | "link"
  | "price"
  | "compare_at_price"
  | "lowest_price_30_days"
  | "deal"
  | "currency"
  | "image"
  | "images"
  | "bumped"
  | "bumped_at"
  | "pinned"
  | "pinned_at"
  | "for_sale"
  | "max_per_buyer"
  | "sku"
  | "variants"
  | "quantity"
>;
export type Variant = Schemas["VariantView"];
export type Quantity = Schemas["Quantity"];

export type Cart = Schemas["CartView"];
export type CartItem = Schemas["CartItemView"];
export type CartOrder = Schemas["CartOrderView"];
export type CartAddition = Schemas["CartAddition"];
export type Checkout = Schemas["Checkout"];
export type Order = Schemas["OrderView"];
/** How somebody stands in the line for what is sold out. */
export type Place = Schemas["PlaceView"];
/** A coupon as viewers may claim it. */
export type PinnedCoupon = Pick<
  RoomEvents["coupon.pinned"]["coupon"],
  "code" | "percent" | "amount" | "currency" | "minimum" | "ends_at"
>;

export type Author = Schemas["AuthorView"];
export type Message = Omit<Schemas["MessageView"], "author"> & { author: Wrapped<Author> };
/** What was said, and at which second of a video. */
export interface Said {
  at: number;
  message: Wrapped<Message>;
}
/** What is asked of who writes in a thread, and how the reader stands there. */
export type ThreadSettings = Schemas["ThreadSettings"];
export type Reader = Schemas["ReaderView"];
export type Role = Author["role"];
/** `cursor` leads to the page before; null when this is the oldest. */
export type Thread = Pick<Schemas["ThreadView"], "id" | "slug" | "unread" | "cursor" | "settings" | "me"> & {
  messages: Wrapped<Message[]>;
  pinned: { data: Message | string[] };
};
export type ReportReason = Schemas["NewReport"]["reason"];
export type Heart = NonNullable<Schemas["Hearts"]["emoji"]>;

/** `expires_in` is in seconds. */
export type RealtimeGrant = Schemas["RealtimeToken"];
export type Tokens = Pick<Schemas["TokenPair"], "access_token" | "refresh_token" | "expires_in">;

export type User = Pick<
  Schemas["UserResource"],
  | "hash_id"
  | "email"
  | "full_name"
  | "nickname"
  | "description"
  | "location"
  | "phone"
  | "currency"
  | "locale"
  | "avatar"
  | "isVerified"
>;

/** That the account's owner asks: the password, or a code of the authenticator app or a recovery code. */
export type Proof = Schemas["Proof"];
export type SecondFactors = Schemas["SecondFactorsView"];
/** `qr_svg` is an SVG document. */
export type TotpEnrolment = Schemas["TotpEnrolment"];
export type Passkey = Schemas["PasskeyView"];
export type Device = Schemas["DeviceView"];
export type SecurityEvent = Schemas["SecurityEventView"];
export type Currency = Schemas["CurrencyResource"];
export type Language = Schemas["Localization"];

/** An app's question for access, as its link puts it. */
export interface AuthorizationRequest {
  client_id: string;
  response_type: string;
  redirect_uri?: string;
  scope?: string;
  state?: string;
  code_challenge?: string;
  code_challenge_method?: string;
  prompt?: string;
}
/** What the person is asked. */
export type Consent = Schemas["Consent"];
/** What an app, or a script of one's own, got by a grant. */
export type GrantedToken = Schemas["TokenView"];
export type OAuthClient = Pick<Schemas["ClientView"], "id" | "name" | "redirect">;
/** Where events of one's channels go. */
export type Webhook = Schemas["EndpointView"];
/** One event for one webhook. */
export type Delivery = Schemas["DeliveryView"];

export type Question = Schemas["QuestionView"];
export type Poll = Schemas["PollView"];
export type QuestionsPage = Schemas["QuestionsPage"];
/** Which questions are read; the last two by who moderates. */
export type Which = Schemas["QuestionsRead"]["status"] & string;
