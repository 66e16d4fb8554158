/** So long nobody has done anything with a list before it may change. */
const QUIET_MS = 3000;
const NEAR_TOP = 8;

/** Whether somebody is at work with a list that scrolls: then it is not put into another order under their hands. */
export class Quiet {
  #last = Number.NEGATIVE_INFINITY;
  #list: HTMLElement | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** For the element that scrolls. */
  attach = (list: HTMLElement): (() => void) => {
    this.#list = list;
    const stir = () => (this.#last = this.now());
    const events = ["pointerdown", "pointermove", "keydown", "scroll", "wheel"] as const;
    for (const event of events) list.addEventListener(event, stir, { passive: true });
    return () => {
      for (const event of events) list.removeEventListener(event, stir);
      this.#list = null;
    };
  };

  /** True, too, where nobody sees the list. */
  get here(): boolean {
    const list = this.#list;
    if (list === null || list.offsetParent === null) return true;
    // Who goes by the keyboard would lose their place.
    const held = list.querySelector(":focus-visible") !== null;
    return !held && list.scrollTop <= NEAR_TOP && this.now() - this.#last >= QUIET_MS;
  }
}
