/** The code that opened a private show, kept as long as the tab. */
export class AccessCode {
  readonly #key: string;

  constructor(slug: string) {
    this.#key = `storecast.code.${slug}`;
  }

  get value(): string | null {
    return window.sessionStorage.getItem(this.#key);
  }

  keep(code: string): void {
    window.sessionStorage.setItem(this.#key, code);
  }
}
