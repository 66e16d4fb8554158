export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 5000;
const SHOWN_WITH_ACTION_MS = 8000;

/** Short notes about what just happened, the newest last. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  #last = 0;

  done(text: string, action?: Toast["action"]): void {
    this.#show({ text, kind: "done", action });
  }

  failed(text: string): void {
    this.#show({ text, kind: "failed" });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #show(toast: Omit<Toast, "id">): void {
    const id = (this.#last += 1);
    this.list = [...this.list.slice(-3), { id, ...toast }];
    setTimeout(() => this.dismiss(id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
  }
}
