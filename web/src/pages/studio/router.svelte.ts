import { parseRoute, pathOf, type Route } from "./route";

/** Where in the studio we are; links inside it change the page without loading it again. */
export class Router {
  route = $state.raw<Route>(parseRoute(window.location.pathname));

  constructor() {
    window.addEventListener("popstate", () => (this.route = parseRoute(window.location.pathname)));
    document.addEventListener("click", (event) => this.#follow(event));
  }

  go(route: Route): void {
    window.history.pushState(null, "", pathOf(route));
    this.route = route;
    window.scrollTo(0, 0);
  }

  #follow(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.origin !== window.location.origin) return;
    if (link.pathname !== "/studio" && !link.pathname.startsWith("/studio/")) return;
    event.preventDefault();
    this.go(parseRoute(link.pathname));
  }
}
