import { untrack } from "svelte";

/** What is typed and not saved yet: whoever would leave it is asked first. */
export class Unsaved {
  #held = $state(0);
  #given = $state(false);

  get any(): boolean {
    return this.#held > 0 && !this.#given;
  }

  /** They have said that it may be lost, and the page is left: the browser need not ask as well. */
  giveUp(): void {
    this.#given = true;
  }

  /** For an effect: something is unsaved until what this answers is called. */
  hold(): () => void {
    untrack(() => (this.#held += 1));
    return () => untrack(() => (this.#held -= 1));
  }
}

/** The page's. */
export const unsaved = new Unsaved();

if (typeof window !== "undefined") {
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.any) event.preventDefault();
  });
}
