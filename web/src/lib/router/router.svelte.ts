import { mayLeave } from "../ui/unsaved.svelte";

/** How a page's addresses and its places map onto each other. */
export interface Places<Route> {
  /** The path all of the page's addresses start with. */
  root: string;
  parse(pathname: string): Route;
  path(route: Route): string;
}

/** Where in a page we are; links inside it change the place without loading the page again. */
export class Router<Route> {
  route: Route = $state.raw() as Route;

  constructor(private readonly places: Places<Route>) {
    this.route = places.parse(window.location.pathname);
    window.addEventListener("popstate", () => this.#back());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  go(route: Route): void {
    window.history.pushState(null, "", this.places.path(route));
    this.route = route;
    window.scrollTo(0, 0);
  }

  /** The browser has moved already: who would rather stay is put back. */
  #back(): void {
    if (mayLeave()) this.route = this.places.parse(window.location.pathname);
    else window.history.pushState(null, "", this.places.path(this.route));
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
    const { root } = this.places;
    if (link.pathname !== root && !link.pathname.startsWith(`${root}/`)) return;
    event.preventDefault();
    if (mayLeave()) this.go(this.places.parse(link.pathname));
  }
}
