/** Where else a channel's shows go. */
import { body, client, data } from "./calls";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Simulcast = Schemas["SimulcastView"];
export type Target = Schemas["TargetView"];
export type TargetDraft = Schemas["NewTarget"];

const at = (channel_ref: string) => ({ params: { path: { channel_ref } } });
const one = (channel_ref: string, target_id: string) => ({ params: { path: { channel_ref, target_id } } });

export const simulcast = {
  show: (channel: string) => data(client.GET("/api/v1/events/{channel_ref}/simulcast", at(channel))),
  add: (channel: string, target: TargetDraft) =>
    data(client.POST("/api/v1/events/{channel_ref}/simulcast", { ...at(channel), body: target })),
  update: (channel: string, id: string, target: TargetDraft) =>
    data(client.POST("/api/v1/events/{channel_ref}/simulcast/{target_id}", { ...one(channel, id), body: target })),
  remove: (channel: string, id: string) =>
    body(client.DELETE("/api/v1/events/{channel_ref}/simulcast/{target_id}", one(channel, id))),
  /** Null switches simulcast as a whole. */
  toggle: (channel: string, id: string | null, status: boolean) =>
    data(client.POST("/api/v1/events/{channel_ref}/simulcast/toggle", { ...at(channel), body: { status, id } })),
};
