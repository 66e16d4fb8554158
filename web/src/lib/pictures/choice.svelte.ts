import { refusalOf, unreadable } from "./picture";

/** The choosing of one picture: what is refused before it is sent, and how the chosen one looks. For a component. */
export class Choice {
  refused = $state<string | null>(null);
  /** An address of the chosen picture, for as long as it is chosen. */
  preview = $state<string | null>(null);

  constructor(
    private readonly chosen: () => File | null,
    private readonly choose: (file: File | null) => void,
  ) {
    $effect(() => {
      const file = chosen();
      if (!file) return;
      const url = URL.createObjectURL(file);
      this.preview = url;
      return () => {
        this.preview = null;
        URL.revokeObjectURL(url);
      };
    });
  }

  take = (event: { currentTarget: HTMLInputElement }): void => {
    const file = event.currentTarget.files?.[0];
    // The same file can be chosen again.
    event.currentTarget.value = "";
    if (!file) return;
    this.refused = refusalOf(file);
    if (!this.refused) this.choose(file);
  };

  /** What the browser cannot draw the server cannot either. */
  broken = (): void => {
    const file = this.chosen();
    if (!file) return;
    this.refused = unreadable(file);
    this.choose(null);
  };
}
