/** The calls of the watch page and the studio, typed by the API's own description (`schema.d.ts`). */
import type { AssertionJson, CredentialJson } from "../lib/passkeys/codec";
import { body, client, data, multipart, nobody } from "./calls";
import { holding } from "./transport";
import { uploading } from "./upload";
import type { Channel, ChannelChanges, Product } from "./types";

export const platform = {
  /** Whether mails are only written into a folder, since no mail server is set. */
  async keepsMails(): Promise<boolean> {
    const about = (await data(client.GET("/api/v1", nobody))) as { mails?: string };
    return about.mails === "kept";
  },
};

export const accounts = {
  login: (email: string, password: string) =>
    body(client.POST("/api/v1/auth/login", { body: { email, password }, ...nobody })),
  register: (full_name: string, email: string, password: string) =>
    body(client.POST("/api/v1/auth/register", { body: { full_name, email, password }, ...nobody })),
  refresh: (refresh_token: string) =>
    body(client.POST("/api/v1/auth/login/refresh", { body: { refresh_token }, ...nobody })),
  logout: (token: string) => body(client.POST("/api/v1/auth/logout", { fetch: holding(token) })),
  /** Finishes a sign-in that asked for more than the password. */
  secondStep: (ticket: string, code: string) =>
    body(client.POST("/api/v1/auth/login/second-factor", { body: { ticket, code }, ...nobody })),
  passkeyOptions: async (ticket: string | null) => {
    const answer = await data(client.POST("/api/v1/auth/passkeys/options", { body: { ticket }, ...nobody }));
    return { ...answer, options: answer.options as unknown as PublicKeyCredentialRequestOptionsJSON };
  },
  passkeySignIn: (challenge_id: string, credential: CredentialJson<AssertionJson>, ticket: string | null) =>
    body(client.POST("/api/v1/auth/passkeys", { body: { challenge_id, credential, ticket }, ...nobody })),
  /** Mails a link to choose a new password, if the address has an account. */
  forgotPassword: (email: string) => body(client.POST("/api/v1/auth/password/email", { body: { email }, ...nobody })),
  resetPassword: (token: string, userEmail: string, password: string) =>
    body(client.POST("/api/v1/auth/password/reset", { body: { token, userEmail, password }, ...nobody })),
  /** Mails the link that confirms one's address once more. */
  sendVerification: () => body(client.GET("/api/v1/profile/send-verification")),
  verifyEmail: (email: string, hash: string) =>
    data(client.POST("/api/v1/auth/verify", { body: { email, hash }, ...nobody })),
  profile: () => data(client.GET("/api/v1/profile")),
  /** A realtime token: the user's when signed in, else the given guest's renewed, else a new guest's. */
  realtime: (guest: string | null) => data(client.GET("/api/v1/jwt", { fetch: holding(guest) })),
};

/** The channel a path names, by id or slug. */
function at(channel_ref: string) {
  return { params: { path: { channel_ref } } };
}

function video(channel_ref: string, media_id: string) {
  return { params: { path: { channel_ref, media_id } } };
}

/** `guest` is the realtime token of a guest who holds a pass. */
export const audience = {
  details: (slug: string, guest: string | null) =>
    data(client.GET("/api/v1/events/playback/{channel_ref}", { ...at(slug), fetch: holding(guest) })),
  redeem: (slug: string, code: string, guest: string | null) =>
    data(
      client.POST("/api/v1/events/playback/{channel_ref}", {
        ...at(slug),
        body: { eventId: slug, code },
        fetch: holding(guest),
      }),
    ),
  products: (slug: string, guest: string | null) =>
    data(client.GET("/api/v1/events/{channel_ref}/products", { ...at(slug), fetch: holding(guest) })),
  replay: (slug: string, media: string, guest: string | null) =>
    data(
      client.GET("/api/v1/events/{channel_ref}/replay/{media_id}", { ...video(slug, media), fetch: holding(guest) }),
    ),
  /** What was said from a second of the video up to another, 10 minutes later at most. */
  replayChat: (slug: string, media: string, from: number, until: number, guest: string | null) => {
    const { path } = video(slug, media).params;
    const asked = { params: { path, query: { from, until } }, fetch: holding(guest) };
    return data(client.GET("/api/v1/events/{channel_ref}/replay/{media_id}/chat", asked));
  },
  /** Mails about the shows of this channel's host, or no longer. */
  follow: (channelId: string, following: boolean) =>
    data(client.POST("/api/v1/profile/follow", { body: { channelId, following } })),
  /** `place`: of who watches a video. */
  heartbeat: (
    eventId: string,
    viewerHash: string,
    viewHash: string,
    date: string,
    place: { media: string; second: number } | null,
    guest: string | null,
  ) =>
    data(
      client.POST("/api/v1/events/heartbeat", {
        body: { eventId, viewerHash, viewHash, date, ...(place && { mediaId: place.media, mediaTime: place.second }) },
        fetch: holding(guest),
      }),
    ),
};

/** Where a channel shows a picture of its own. */
export type Place = "cover" | "background";

export const channels = {
  /** A page of them, the newest first, and how many pages there are. */
  async list(page: number): Promise<{ items: Channel[]; pages: number }> {
    const query = { orderBy: "created_at", sortedBy: "desc", page };
    const answer = await body(client.GET("/api/v1/events", { params: { query } }));
    return { items: answer.data, pages: answer.meta.pagination.total_pages };
  },
  create: (name: string) => data(client.POST("/api/v1/events", { body: { name } })),
  show: (channel: string) => data(client.GET("/api/v1/events/{channel_ref}", at(channel))),
  update: (channel: string, changes: ChannelChanges) =>
    data(client.PUT("/api/v1/events/{channel_ref}", { ...at(channel), body: changes })),
  remove: (channel: string) => body(client.DELETE("/api/v1/events/{channel_ref}", at(channel))),
  /** What is left of the month's streaming minutes. */
  minutes: (channel: string) => data(client.GET("/api/v1/events/{channel_ref}/access", at(channel))),
  setPicture(channel: string, place: Place, image: File, ongone: Gone): Promise<Channel> {
    const form = multipart({ image });
    const sent = {
      ...at(channel),
      body: { image: image.name },
      bodySerializer: () => form,
      fetch: uploading(ongone),
    };
    return data(
      place === "cover"
        ? client.POST("/api/v1/events/media/{channel_ref}/banners", sent)
        : client.POST("/api/v1/events/media/{channel_ref}/change-background", sent),
    );
  },
  clearPicture: (channel: string, place: Place): Promise<Channel> =>
    data(
      place === "cover"
        ? client.DELETE("/api/v1/events/media/{channel_ref}/banners/clear", at(channel))
        : client.DELETE("/api/v1/events/media/{channel_ref}/background/clear", at(channel)),
    ),
  complete: (channel: string) => body(client.POST("/api/v1/events/{channel_ref}/complete", at(channel))),
  code: (channel: string) => body(client.POST("/api/v1/events/{channel_ref}/generate-code", at(channel))),
};

export const streams = {
  of: (event_id: string) => data(client.POST("/api/v1/streams", { body: { event_id } })),
  show: async (id: string) => (await data(client.GET("/api/v1/streams/{id}", { params: { path: { id } } })))[0],
  remove: (id: string) => body(client.DELETE("/api/v1/streams/{id}", { params: { path: { id } } })),
};

/** How a product is sold, as a form has it: what is left out stays, "null" clears. */
export interface OfferFacts {
  quantity?: string;
  sku?: string;
  compare_at_price?: string;
  max_per_buyer?: string;
  /** The list as JSON. */
  variants?: string;
}

export interface ProductFacts extends OfferFacts {
  name: string;
  link: string;
  /** Major units of the product's currency. */
  price: string;
  /** ISO 4217. */
  currency: string;
}

/** Pictures to come; `images`, where given, is all of them in order: addresses, and `new` for each of `image`. */
export interface PictureFacts {
  image: File[];
  images?: string[];
}

/** Hears how much of the pictures has gone, 0 to 1. */
type Gone = (share: number) => void;

function onShelf(channel_ref: string, product_id: number) {
  return { params: { path: { channel_ref, product_id } } };
}

export const shelf = {
  list: (channel: string) => data(client.GET("/api/v1/events/{channel_ref}/products", at(channel))),
  add(channel: string, facts: ProductFacts & PictureFacts, ongone: Gone) {
    const { name, link, price, image } = facts;
    const form = multipart({ ...facts });
    return data(
      client.POST("/api/v1/events/{channel_ref}/products/add", {
        ...at(channel),
        body: { name, link, price, image: image.map((file) => file.name) },
        bodySerializer: () => form,
        fetch: uploading(ongone),
      }),
    );
  },
  enable: (channel: string, product: number) =>
    data(
      client.POST("/api/v1/events/{channel_ref}/products/{product_id}/enable", {
        ...onShelf(channel, product),
        body: null,
      }),
    ),
  disable: (channel: string, product: number) =>
    data(client.POST("/api/v1/events/{channel_ref}/products/{product_id}/disable", onShelf(channel, product))),
  /** By the numbers of all its products. */
  sort: (channel: string, order: number[]) =>
    data(client.PATCH("/api/v1/events/{channel_ref}/products/order", { ...at(channel), body: { order } })),
  promote: (channel: string, product: number, size: "large" | "small") =>
    data(
      client.POST("/api/v1/events/{channel_ref}/products/{product_id}/promote", {
        ...onShelf(channel, product),
        body: { size },
      }),
    ),
  stopPromoting: (channel: string, product: number) =>
    data(client.DELETE("/api/v1/events/{channel_ref}/products/{product_id}/promote", onShelf(channel, product))),
  /** The user's products that are not on this channel's shelf. */
  others: (eventId: string, term: string | null) =>
    data(client.POST("/api/v1/profile/products/products-wo-event", { body: { eventId, term } })),
};

/** The user's own products, on whichever shelf they are. */
export const catalogue = {
  /** Without `images` the pictures stay. */
  async update(product_id: number, facts: ProductFacts & PictureFacts, ongone: Gone): Promise<Product> {
    const { name, link, price } = facts;
    const form = multipart({ ...facts });
    const [product] = await data(
      client.POST("/api/v1/profile/products/{product_id}", {
        params: { path: { product_id } },
        body: { name, link, price },
        bodySerializer: () => form,
        fetch: uploading(ongone),
      }),
    );
    if (!product) throw new Error("an updated product is answered");
    return product;
  },
  remove: (product_id: number) =>
    body(client.DELETE("/api/v1/profile/products/{product_id}", { params: { path: { product_id } } })),
};
