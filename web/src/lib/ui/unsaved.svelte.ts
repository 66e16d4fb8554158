import { common } from "../../texts/common";

/** Each says whether something would be lost if its form went now. */
const forms = new Set<() => boolean>();

/** While the component stands: leaving the page, or the place in it, asks first as long as `dirty`. */
export function keep(dirty: () => boolean): void {
  $effect(() => {
    forms.add(dirty);
    return () => forms.delete(dirty);
  });
}

/** Whether the place may be left: nothing would be lost, or the person said so. */
export function mayLeave(): boolean {
  return !unsaved() || window.confirm(common.unsaved);
}

function unsaved(): boolean {
  return [...forms].some((dirty) => dirty());
}

if (typeof window !== "undefined") {
  window.addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
}
