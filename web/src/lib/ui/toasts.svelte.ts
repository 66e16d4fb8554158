export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 4000;
const SHOWN_WITH_ACTION_MS = 6000;

/** A short note about what just happened: one at a time, since only the newest is news. */
export class Toasts {
  current = $state.raw<Toast | null>(null);
  #last = 0;

  done(text: string, action?: Toast["action"]): void {
    this.#show({ text, kind: "done", action });
  }

  failed(text: string): void {
    this.#show({ text, kind: "failed" });
  }

  dismiss(id: number): void {
    if (this.current?.id === id) this.current = null;
  }

  /** What it is about is on the screen by now. */
  clear(): void {
    this.current = null;
  }

  #show(toast: Omit<Toast, "id">): void {
    const id = (this.#last += 1);
    this.current = { id, ...toast };
    setTimeout(() => this.dismiss(id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
  }
}
