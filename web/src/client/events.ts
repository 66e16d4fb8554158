// Made by `storecast events > web/src/client/events.ts`. Do not edit: change the server's events, make it anew.

/** Events of a room, by name, with their data. */
export interface RoomEvents {
  "channel.updated": ChannelUpdated;
  "message.created": MessageCreated;
  "product.disabled": ProductDisabled;
  "product.enabled": ProductEnabled;
  "product.promoted": ProductPromoted;
  "product.unpromoted": ProductUnpromoted;
  "stream.ended": StreamEnded;
  "stream.health": StreamHealthChanged;
  "stream.interrupted": StreamInterrupted;
  "stream.resumed": StreamResumed;
  "stream.started": StreamStarted;
  "viewers.counted": ViewerCount;
}

/** A nested resource that is not there: `{"data": []}`, as documented. */
export interface Absent {
  data: Array<"">;
}

export interface AuthorView {
  id: string;
  name: string;
  avatar: string | null;
  guest: boolean;
  role: "owner" | "viewer";
}

/** What viewers see of the channel has changed; ask for it again. */
export type ChannelUpdated = Record<string, never>;

/** The message as its readers see it. */
export interface MessageCreated {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  author: { data: AuthorView; };
  created_at: string;
  seq: number;
}

export interface ProductDisabled {
  product_id: number;
}

/** A product stands on the shelf, new there or changed. */
export interface ProductEnabled {
  product: ProductView;
}

/** `at` is when the host promoted it, ISO 8601; a player matches it with the picture's programme time. */
export interface ProductPromoted {
  product: ProductView;
  at: string;
}

/** No product is promoted any longer: `at` is when the host took it back, or the show ended, ISO 8601. */
export interface ProductUnpromoted {
  product_id: number;
  at: string;
}

export interface ProductView {
  id: number;
  name: string;
  link: string;
  price: number | null;
  fixed_price: boolean;
  currency: string;
  reference: string | null;
  bumped: boolean;
  bumped_at: string | null;
  for_sale: boolean;
  hasOnlyDefaultVariant: boolean;
  isQuantityBased: boolean;
  imageSource: "channel" | null;
  image: string;
  images: Array<string>;
  app: string | null;
  variants: Absent;
  quantity: Quantity;
}

/** Stock; `no_limit` where the seller keeps none. */
export interface Quantity {
  total: number | null;
  sold: number;
  available: number;
  no_limit: boolean;
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

/** The data of the one event the gateway makes itself. */
export interface ViewerCount {
  viewers: number;
}
