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
  /** Where somebody wants to go whom `keep` holds; null where nobody does. */
  held: Route | null = $state.raw(null);
  /** Whether going there would lose something, so that who goes is asked first. */
  keep: (to: Route) => boolean = () => false;

  constructor(private readonly places: Places<Route>) {
    this.route = this.#here();
    window.addEventListener("popstate", () => this.#arrive());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  go(route: Route): void {
    if (this.keep(route)) this.held = route;
    else this.leave(route);
  }

  /** Goes there without being asked. */
  leave(route: Route): void {
    window.history.pushState(null, "", this.places.path(route));
    this.#show(route);
    window.scrollTo(0, 0);
  }

  /** Another view of the same place: Back does not lead through all of them. */
  turn(route: Route): void {
    window.history.replaceState(null, "", this.places.path(route));
    this.#show(route);
  }

  #arrive(): void {
    const to = this.#here();
    const kept = this.keep(to);
    if (!kept && mayLeave()) return this.#show(to);
    // The browser has moved already: who would rather stay is put back.
    window.history.pushState(null, "", this.places.path(this.route));
    if (kept) this.held = to;
  }

  #here(): Route {
    return this.places.parse(window.location.pathname);
  }

  #show(route: Route): void {
    this.held = null;
    this.route = route;
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
    this.go(this.places.parse(link.pathname));
  }
}
