import type { Places } from "../../lib/router/router.svelte";

/** What of a channel is shown beside its picture; which of them have a tab depends on how wide the page is. */
export const TABS = ["chat", "products", "stream", "settings"] as const;
export type Tab = (typeof TABS)[number];

/** Addresses of the studio: the list, a channel and one of its tabs, null where none is chosen. */
export type Route = { page: "channels" } | { page: "channel"; id: string; tab: Tab | null };

export function parseRoute(pathname: string): Route {
  const [, , id, section] = pathname.split("/");
  if (!id) return { page: "channels" };
  return { page: "channel", id: decodeURIComponent(id), tab: TABS.find((tab) => tab === section) ?? null };
}

export function pathOf(route: Route): string {
  if (route.page === "channels") return "/studio";
  const channel = `/studio/${encodeURIComponent(route.id)}`;
  return route.tab ? `${channel}/${route.tab}` : channel;
}

export const places: Places<Route> = { root: "/studio", parse: parseRoute, path: pathOf };
