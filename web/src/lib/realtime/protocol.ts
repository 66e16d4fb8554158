import type { Message, Product } from "../../client/types";

/** Events of a room, by name, with their data. */
export interface RoomEvents {
  "stream.started": { session_id: string; hls_url: string };
  "stream.ended": { session_id: string };
  "message.created": Message;
  "message.deleted": { id: string };
  "product.enabled": { product: Product };
  "product.disabled": { product_id: number };
  "product.promoted": { product: Product; at: string; programme_time: string | null };
  "channel.updated": Record<string, never>;
  "viewers.counted": { viewers: number };
}

export type RoomEvent = {
  [Name in keyof RoomEvents]: { event: Name; data: RoomEvents[Name]; at: string };
}[keyof RoomEvents];

export type Frame =
  | { type: "subscribed"; room: string; seq: number; recovered: boolean }
  | { type: "event"; room: string; seq?: number | null; event: string; at: string; data: unknown }
  | { type: "error"; code: number; message: string };

/** Null for what is not a frame of this protocol; newer servers may say more than we know. */
export function parseFrame(text: unknown): Frame | null {
  if (typeof text !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  const { type } = value;
  return type === "subscribed" || type === "event" || type === "error" ? (value as Frame) : null;
}
