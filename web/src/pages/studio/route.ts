import type { Places } from "../../lib/router/router.svelte";

/** Addresses of the studio: the list, a channel, its settings. */
export type Route = { page: "channels" } | { page: "channel"; id: string } | { page: "settings"; id: string };

export function parseRoute(pathname: string): Route {
  const [, , id, section] = pathname.split("/");
  if (!id) return { page: "channels" };
  return { page: section === "settings" ? "settings" : "channel", id: decodeURIComponent(id) };
}

export function pathOf(route: Route): string {
  if (route.page === "channels") return "/studio";
  const channel = `/studio/${encodeURIComponent(route.id)}`;
  return route.page === "settings" ? `${channel}/settings` : channel;
}

export const places: Places<Route> = { root: "/studio", parse: parseRoute, path: pathOf };
