import { describe, expect, it } from "vitest";
import { parseRoute, pathOf, type Route } from "./route";

describe("studio addresses", () => {
  it.each<Route>([
    { page: "channels" },
    { page: "channel", id: "gDqe1B0z", tab: null },
    { page: "channel", id: "gDqe1B0z", tab: "settings" },
    { page: "channel", id: "gDqe1B0z", tab: "library" },
    { page: "channel", id: "a b/c", tab: "chat" },
    { page: "orders" },
    { page: "order", id: "a b/c" },
    { page: "slip", id: "x1" },
    { page: "coupons" },
  ])("leads back to where it came from: %o", (route) => {
    expect(parseRoute(pathOf(route))).toEqual(route);
  });

  it("takes a trailing slash and unknown sections", () => {
    expect(parseRoute("/studio/")).toEqual({ page: "channels" });
    expect(parseRoute("/studio/x/unknown")).toEqual({ page: "channel", id: "x", tab: null });
  });
});
