/** Every call to the API; nothing else in the pages fetches. */
import { ApiError, errorFrom } from "./error";
import type {
  Channel,
  ChannelChanges,
  Message,
  Playback,
  Product,
  RealtimeGrant,
  Stream,
  Thread,
  Tokens,
  User,
  Wrapped,
} from "./types";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Supplies the caller's access token; `renew` is asked once when the server no longer takes it. */
export interface Credentials {
  token(): Promise<string | null>;
  renew(): Promise<string | null>;
}

interface Call {
  json?: unknown;
  form?: FormData;
  /** A token to use in place of the signed-in user's; null sends none. */
  token?: string | null;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;
const ROOT = "/api/v1";

let credentials: Credentials = { token: async () => null, renew: async () => null };

export function useCredentials(source: Credentials): void {
  credentials = source;
}

async function send(method: Method, path: string, call: Call, token: string | null): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let body: BodyInit | null = null;
  if (call.form) body = call.form;
  else if (call.json !== undefined) {
    headers.set("Content-Type", "application/json");
    body = JSON.stringify(call.json);
  }
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
  try {
    return await fetch(ROOT + path, { method, headers, body, signal });
  } catch {
    if (call.signal?.aborted) throw new DOMException("The call was given up", "AbortError");
    throw new ApiError(0, "No connection", "The server cannot be reached. Check your connection and try again.");
  }
}

async function request<T>(method: Method, path: string, call: Call = {}): Promise<T> {
  const own = call.token === undefined;
  const token = own ? await credentials.token() : (call.token ?? null);
  let response = await send(method, path, call, token);
  if (response.status === 401 && own && token) {
    const renewed = await credentials.renew();
    if (renewed) response = await send(method, path, call, renewed);
  }
  if (!response.ok) throw await errorFrom(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

async function data<T>(method: Method, path: string, call: Call = {}): Promise<T> {
  return (await request<Wrapped<T>>(method, path, call)).data;
}

const at = encodeURIComponent;

/** The call of a guest; without one, of whoever is signed in. */
function as(guest: string | null): Pick<Call, "token"> {
  return guest === null ? {} : { token: guest };
}

/** Some documented answers are a list of one. */
function single<T>(answer: T | T[]): T {
  if (!Array.isArray(answer)) return answer;
  const [first] = answer;
  if (first === undefined) throw new ApiError(404, "Not found", "There is nothing here.");
  return first;
}

export const accounts = {
  login: (email: string, password: string) =>
    request<Tokens>("POST", "/auth/login", { json: { email, password }, token: null }),
  register: (full_name: string, email: string, password: string) =>
    request<unknown>("POST", "/auth/register", { json: { full_name, email, password }, token: null }),
  refresh: (refresh_token: string) =>
    request<Tokens>("POST", "/auth/login/refresh", { json: { refresh_token }, token: null }),
  logout: (token: string) => request<null>("POST", "/auth/logout", { token }),
  profile: async () => single(await data<User | User[]>("GET", "/profile")),
  verifyEmail: (email: string, hash: string) =>
    request<unknown>("POST", "/auth/verify", { json: { email, hash }, token: null }),
  sendVerification: () => request<unknown>("GET", "/profile/send-verification"),
  /** A realtime token: the user's when signed in, else the given guest's renewed, else a new guest's. */
  realtime: (guest: string | null) => data<RealtimeGrant>("GET", "/jwt", as(guest)),
};

/** `guest` is the realtime token of a guest who holds a pass. */
export const audience = {
  details: (slug: string, guest: string | null) => data<Playback>("GET", `/events/playback/${at(slug)}`, as(guest)),
  redeem: (slug: string, code: string, guest: string | null) =>
    data<Playback>("POST", `/events/playback/${at(slug)}`, { json: { eventId: slug, code }, ...as(guest) }),
  products: async (slug: string, guest: string | null) =>
    (await data<{ products?: Wrapped<Product[]> }>("GET", `/events/products/${at(slug)}`, as(guest))).products?.data ??
    [],
  heartbeat: (eventId: string, viewerHash: string, viewHash: string, date: string) =>
    data<{ viewers: number }>("POST", "/events/heartbeat", { json: { eventId, viewerHash, viewHash, date } }),
};

/** `token` is the realtime token of #87, which speaks for users and guests alike. */
export const chat = {
  read: (threadSlug: string, userId: string, token: string, cursor?: string) =>
    data<Thread>("POST", "/thread/read", {
      json: { threadSlug, userId, ...(cursor === undefined ? {} : { cursor }) },
      token,
    }),
  join: (threadSlug: string, name: string, token: string) =>
    request<unknown>("POST", "/thread/participant", { json: { threadSlug, name }, token }),
  say: (thread_id: number, text: string, reply_for: string | null, guest: string | null) =>
    data<Message>("POST", guest === null ? "/messages" : "/messages/guest", {
      json: { data: text, thread_id, ...(reply_for === null ? {} : { reply_for }) },
      ...as(guest),
    }),
};

export const channels = {
  list: () => data<Channel[]>("GET", "/events?orderBy=created_at&sortedBy=desc"),
  create: (name: string) => data<Channel>("POST", "/events", { json: { name } }),
  show: (id: string) => data<Channel>("GET", `/events/${at(id)}`),
  update: (id: string, changes: ChannelChanges) => data<Channel>("PUT", `/events/${at(id)}`, { json: changes }),
  remove: (id: string) => request<unknown>("DELETE", `/events/${at(id)}`),
  complete: (id: string) => request<unknown>("POST", `/events/${at(id)}/complete`),
  code: (id: string) => request<{ id: string; code: number }>("POST", `/events/${at(id)}/generate-code`),
};

export const streams = {
  of: (event_id: string) => data<Stream>("POST", "/streams", { json: { event_id } }),
  remove: (id: string) => request<unknown>("DELETE", `/streams/${at(id)}`),
};

export interface NewProduct {
  name: string;
  link: string;
  price: string;
  image: File | null;
}

export const shelf = {
  list: (channel: string) => data<Product[]>("GET", `/events/${at(channel)}/products`),
  add(channel: string, product: NewProduct) {
    const form = new FormData();
    form.set("name", product.name);
    form.set("link", product.link);
    form.set("price", product.price);
    if (product.image) form.set("image", product.image);
    return data<Product>("POST", `/events/${at(channel)}/products/add`, { form });
  },
  enable: (channel: string, product: number) =>
    data<Product>("POST", `/events/${at(channel)}/products/${product}/enable`),
  disable: (channel: string, product: number) =>
    request<unknown>("POST", `/events/${at(channel)}/products/${product}/disable`),
  promote: (channel: string, product: number) =>
    request<unknown>("POST", `/events/${at(channel)}/products/${product}/promote`),
  /** The user's products that are not on this channel's shelf. */
  others: (eventId: string, term: string) =>
    data<Product[]>("POST", "/profile/products/products-wo-event", {
      json: { eventId, ...(term.length >= 3 ? { term } : {}) },
    }),
};
