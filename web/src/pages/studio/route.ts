import type { Places } from "../../lib/router/router.svelte";

/** What of a channel is shown beside its picture; which of them have a tab depends on how wide the page is. */
export const TABS = ["chat", "products", "stream", "library", "settings"] as const;
export type Tab = (typeof TABS)[number];

/** What is sold, whichever the channel: each a page beside the list of channels. */
export const SECTIONS = ["orders", "coupons"] as const;
export type Section = (typeof SECTIONS)[number];

/** Addresses of the studio: the list, a channel and one of its tabs, null where none is chosen, and the sections. */
export type Route =
  | { page: "channels" }
  | { page: "channel"; id: string; tab: Tab | null }
  | { page: Section }
  | { page: "order"; id: string }
  | { page: "slip"; id: string };

export function parseRoute(pathname: string): Route {
  const [, , first, second, third] = pathname.split("/");
  if (!first) return { page: "channels" };
  if (first === "orders" && second)
    return { page: third === "slip" ? "slip" : "order", id: decodeURIComponent(second) };
  const section = SECTIONS.find((name) => name === first);
  if (section) return { page: section };
  return { page: "channel", id: decodeURIComponent(first), tab: TABS.find((tab) => tab === second) ?? null };
}

export function pathOf(route: Route): string {
  if (route.page === "channels") return "/studio";
  if (route.page === "order") return `/studio/orders/${encodeURIComponent(route.id)}`;
  if (route.page === "slip") return `/studio/orders/${encodeURIComponent(route.id)}/slip`;
  if (route.page !== "channel") return `/studio/${route.page}`;
  const channel = `/studio/${encodeURIComponent(route.id)}`;
  return route.tab ? `${channel}/${route.tab}` : channel;
}

export const places: Places<Route> = { root: "/studio", parse: parseRoute, path: pathOf };
