/** Remembers that this browser's guest holds a pass for a channel: such a guest must say who they are to watch. */
export class HeldPass {
  readonly #key: string;

  constructor(slug: string) {
    this.#key = `storecast.pass.${slug}`;
  }

  get held(): boolean {
    return window.localStorage.getItem(this.#key) !== null;
  }

  keep(): void {
    window.localStorage.setItem(this.#key, "1");
  }
}

/** The code of an invitation link (`/watch/slug?code=…`), taken out of the address so that it is not shared on. */
export function takeCodeFromAddress(): string | null {
  const url = new URL(window.location.href);
  const code = url.searchParams.get("code");
  if (code === null) return null;
  url.searchParams.delete("code");
  window.history.replaceState(null, "", url);
  return code;
}
