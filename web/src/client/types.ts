/** The API's resources, as far as these pages read them. Nested resources are wrapped in `data`; an absent one is `[]`. */

export interface Wrapped<T> {
  data: T;
}
export type Optional<T> = Wrapped<T | []> | undefined;

/** The nested resource, or null where the API says there is none. */
export function present<T>(nested: Optional<T>): T | null {
  if (!nested || Array.isArray(nested.data)) return null;
  return nested.data;
}

export interface Currency {
  name: string;
  symbol: string;
  iso_code: string;
}

export interface Owner {
  hash_id: string;
  id: number;
  nickname: string;
  first_name?: string | null;
  avatar: string | null;
  currency?: Optional<Currency>;
}

export interface Stream {
  id: string;
  event_id: string;
  is_live: boolean;
  stream_key?: string | null;
  started_at?: string | null;
  playback?: Optional<{ id: string; playback_id: string; hls_url?: string | null }>;
  ingest?: { rtmp_url: string; browser_url: string } | null;
}

export interface Media {
  id: string;
  name: string;
  status: string;
  duration: number | null;
  hls_url: string | null;
}

/** What a viewer sees of a channel (#58, #59). */
export interface Playback {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  banner_top: string | null;
  chat_enabled: boolean;
  guest_chat_enabled: boolean;
  shop_enabled: boolean;
  show_online_users: boolean;
  free_pass: number;
  privacy: number;
  paid: boolean;
  isOwner: boolean;
  iCanSee: boolean;
  starts_at: string | null;
  starts_at_status: boolean;
  timezone: string;
  thread_id: number;
  owner: Wrapped<Owner>;
  stream?: Optional<Stream>;
  playlist?: Wrapped<Media[]>;
  media?: Wrapped<Media[]>;
}

/** A channel as its makers see it (#9, #11-13). */
export interface Channel {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  banner_top: string | null;
  chat_enabled: boolean;
  guest_chat_enabled: boolean;
  shop_enabled: boolean;
  show_online_users: boolean;
  free_pass: number;
  privacy: number;
  isOwner: boolean;
  isShared: boolean;
  starts_at: string | null;
  starts_at_status: boolean;
  timezone: string;
  thread_id: number;
  owner?: Optional<Owner>;
  stream?: Optional<Stream>;
  products?: Wrapped<Product[]>;
}

export interface ChannelChanges {
  name?: string;
  slug?: string;
  description?: string;
  privacy?: number;
  free_pass?: boolean;
  chat_enabled?: boolean;
  guest_chat_enabled?: boolean;
  shop_enabled?: boolean;
  show_online_users?: boolean;
  starts_at?: string;
  starts_at_status?: boolean;
}

export interface Product {
  id: number;
  name: string;
  link: string | null;
  /** Major units of `currency`. */
  price: number | null;
  currency: string | null;
  image: string | null;
  bumped: boolean;
  quantity?: { available: number | null; no_limit: boolean };
}

export interface Author {
  id: string;
  name: string;
  avatar: string | null;
  guest: boolean;
  role: string | null;
}

export interface Message {
  id: string;
  thread_id: number;
  data: string;
  locale: string | null;
  reply_for: string | null;
  author: Wrapped<Author>;
  created_at: string;
  seq: number | null;
}

export interface Thread {
  id: number;
  slug: string;
  unread: number;
  messages: Wrapped<Message[]>;
  /** Pass it back for the page before; null when this is the oldest. */
  cursor: string | null;
}

export interface Identity {
  id: string;
  name: string | null;
  guest: boolean;
  avatar?: string | null;
}

export interface RealtimeGrant {
  token: string;
  /** Seconds. */
  expires_in: number;
  url: string;
  identity: Identity;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  /** Seconds. */
  expires_in: number;
}

export interface User {
  hash_id: string;
  id: number;
  email: string;
  full_name: string;
  nickname: string;
  avatar: string | null;
  isVerified: boolean;
}
