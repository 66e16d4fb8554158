import { untrack } from "svelte";

/** The modal dialogs that are open, the topmost last: all that lies outside it can be neither pressed nor heard. */
class Dialogs {
  #open = $state.raw<readonly HTMLDialogElement[]>([]);

  get top(): HTMLDialogElement | null {
    return this.#open.at(-1) ?? null;
  }

  /** Answers what closes it. */
  show(dialog: HTMLDialogElement): () => void {
    dialog.showModal();
    this.#open = [...untrack(() => this.#open), dialog];
    return () => {
      this.#open = this.#open.filter((each) => each !== dialog);
      dialog.close();
    };
  }
}

export const dialogs = new Dialogs();
