/** The calls of who wants to be told when a show begins. */
import { client, data } from "./calls";
import type { components } from "./schema";
import { holding } from "./transport";

export type NewSubscription = components["schemas"]["NewSubscription"];
export type CodeGiven = components["schemas"]["CodeGiven"];

/** `guest` is the token of a guest who holds a pass. */
export const subscribing = {
  ask: (asked: NewSubscription, guest: string | null) =>
    data(client.POST("/api/v1/events/notification", { body: asked, fetch: holding(guest) })),
  confirm: (given: CodeGiven, guest: string | null) =>
    data(client.POST("/api/v1/events/notification/confirm", { body: given, fetch: holding(guest) })),
};
