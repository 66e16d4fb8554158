/** The seller's calls: orders, coupons, and what a show sells. */
import { body, client, data, multipart } from "./calls";
import type { components } from "./schema";
import { downloading } from "./download";
import { uploading } from "./upload";

type Schemas = components["schemas"];

export type Order = Schemas["OrderView"];
export type OrderItem = Schemas["OrderItemView"];
export type OrderStep = Schemas["OrderStepView"];
export type OrderStatus = Schemas["OrderStatus"];
export type Attribution = Schemas["AttributionView"];
export type Refund = Schemas["RefundOrder"];
export type Coupon = Schemas["CouponView"];
export type CouponChanges = Schemas["CouponChanges"];
export type Deal = Schemas["DealGiven"];
export type Sales = Schemas["SalesView"];

/** Which orders; null and empty: whichever. */
export interface OrderFilter {
  channel: string | null;
  status: OrderStatus | null;
  term: string;
}

function query({ channel, status, term }: OrderFilter) {
  const words = term.trim();
  return { ...(channel ? { eventId: channel } : {}), ...(status ? { status } : {}), ...(words ? { term: words } : {}) };
}

const one = (order_id: string) => ({ params: { path: { order_id } } });
const coupon = (coupon_id: string) => ({ params: { path: { coupon_id } } });
const pinned = (channel_ref: string, coupon_id: string) => ({ params: { path: { channel_ref, coupon_id } } });

export const orders = {
  /** A page of them, the newest first. */
  async list(filter: OrderFilter, page: number): Promise<{ items: Order[]; pages: number; total: number }> {
    const answer = await body(client.GET("/api/v1/orders", { params: { query: { ...query(filter), page } } }));
    const { total, total_pages } = answer.meta.pagination;
    return { items: answer.data, pages: total_pages, total };
  },
  /** A spreadsheet of all of them, as CSV. */
  download: (filter: OrderFilter): Promise<Blob> =>
    body(
      client.GET("/api/v1/orders/download", {
        params: { query: query(filter) },
        parseAs: "blob",
        fetch: downloading,
      }),
    ) as Promise<Blob>,
  show: (id: string) => data(client.GET("/api/v1/orders/{order_id}", one(id))),
  fulfil: (id: string, note: string | null) =>
    data(client.POST("/api/v1/orders/{order_id}/fulfil", { ...one(id), body: { note } })),
  cancel: (id: string, note: string | null) =>
    data(client.POST("/api/v1/orders/{order_id}/cancel", { ...one(id), body: { note } })),
  /** Done once for each `key`, however often it is sent. */
  refund: (id: string, refund: Refund, key: string) =>
    data(
      client.POST("/api/v1/orders/{order_id}/refund", {
        ...one(id),
        body: refund,
        headers: { "Idempotency-Key": key },
      }),
    ),
};

export const coupons = {
  list: () => data(client.GET("/api/v1/coupons")),
  create: (changes: CouponChanges) => data(client.POST("/api/v1/coupons", { body: changes })),
  update: (id: string, changes: CouponChanges) =>
    data(client.PUT("/api/v1/coupons/{coupon_id}", { ...coupon(id), body: changes })),
  remove: (id: string) => body(client.DELETE("/api/v1/coupons/{coupon_id}", coupon(id))),
  pin: (channel: string, id: string) =>
    data(client.POST("/api/v1/events/{channel_ref}/coupons/{coupon_id}/pin", pinned(channel, id))),
  unpin: (channel: string, id: string) =>
    data(client.DELETE("/api/v1/events/{channel_ref}/coupons/{coupon_id}/pin", pinned(channel, id))),
};

const onShelf = (channel_ref: string, product_id: number) => ({ params: { path: { channel_ref, product_id } } });

export const deals = {
  start: (channel: string, product: number, deal: Deal) =>
    data(
      client.POST("/api/v1/events/{channel_ref}/products/{product_id}/deal", {
        ...onShelf(channel, product),
        body: deal,
      }),
    ),
  stop: (channel: string, product: number) =>
    data(client.DELETE("/api/v1/events/{channel_ref}/products/{product_id}/deal", onShelf(channel, product))),
};

export const sales = {
  of: (channel_ref: string) =>
    data(client.GET("/api/v1/events/{channel_ref}/sales", { params: { path: { channel_ref } } })),
};

export type SheetOutcome = Schemas["ImportView"];

/** The catalogue as a table. */
export const sheets = {
  download: (): Promise<Blob> =>
    body(client.GET("/api/v1/products/export", { parseAs: "blob", fetch: downloading })) as Promise<Blob>,
  /** With `preview` nothing is done; what is wrong is answered. */
  take(file: File, preview: boolean, ongone: (share: number) => void): Promise<SheetOutcome> {
    const form = multipart({ file });
    return data(
      client.POST("/api/v1/products/import", {
        params: { query: { preview } },
        body: { file: "" },
        bodySerializer: () => form,
        fetch: uploading(ongone),
      }),
    );
  },
};
