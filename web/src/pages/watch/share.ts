import type { Toasts } from "../../lib/ui/toasts.svelte";
import { watch } from "../../texts/watch";

/** Hands a link on: by what a phone has for that, else by the clipboard. */
export async function share(title: string, url: string, toasts: Toasts): Promise<void> {
  const touch = window.matchMedia("(pointer: coarse)").matches;
  try {
    if (touch && "share" in navigator) await navigator.share({ title, url });
    else {
      await navigator.clipboard.writeText(url);
      toasts.done(watch.linkCopied);
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    toasts.failed(watch.linkNotCopied);
  }
}
