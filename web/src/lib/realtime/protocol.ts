import type { Figure, RoomEvents } from "../../client/events";

/** Its place in its room; a figure, which is told and not kept, has none. */
export type Seq<Name extends keyof RoomEvents> = Name extends Figure ? null : number;

/** An event as its room hears it; a newer server may tell others, too. */
export type RoomEvent<Names extends keyof RoomEvents = keyof RoomEvents> = {
  [Name in Names]: { event: Name; seq: Seq<Name>; data: RoomEvents[Name]; at: string };
}[Names];

export type Frame =
  | { type: "subscribed"; room: string; seq: number; recovered: boolean }
  | { type: "event"; room: string; seq?: number | null; event: string; at: string; data: unknown }
  | { type: "error"; code: number; message: string; after?: number };

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
