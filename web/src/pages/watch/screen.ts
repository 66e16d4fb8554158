/** What a screen shows of a page, in CSS pixels. */
export interface Screen {
  width: number;
  /** Without the keyboard. */
  tall: number;
  /** What the keyboard leaves, and how far down the page it is. */
  height: number;
  top: number;
  /** The keyboard is there. */
  typing: boolean;
}

export interface Measures {
  width: number;
  height: number;
  /** What the browser shows of that: less where the keyboard lies over the page, as on an iPhone. */
  visible: { height: number; top: number; scale: number };
  /** Something is focused that is written in. */
  writing: boolean;
}

/** A keyboard takes at least this part of a screen; a browser's bars, which come and go too, take less. */
const KEYBOARD = 0.2;

/** The screen now, given what it was a moment ago: only so is a keyboard told from a smaller window. */
export function measured(before: Screen | null, { width, height, visible, writing }: Measures): Screen {
  // Zoomed in, what is visible says nothing of a keyboard.
  const seen = visible.scale > 1.01 ? { height, top: 0 } : visible;
  const tall = writing && before?.width === width ? Math.max(before.tall, height) : height;
  return { width, tall, height: seen.height, top: seen.top, typing: writing && seen.height < tall * (1 - KEYBOARD) };
}

function measure(): Measures {
  const { innerWidth: width, innerHeight: height, visualViewport } = window;
  const { height: seen = height, offsetTop: top = 0, scale = 1 } = visualViewport ?? {};
  const writing = document.activeElement?.matches("input, textarea") ?? false;
  return { width, height, visible: { height: seen, top, scale }, writing };
}

/** Calls with the screen as it is now and whenever it changes; answers the function that stops this. */
export function followScreen(changed: (screen: Screen) => void): () => void {
  const over = new AbortController();
  let screen: Screen | null = null;
  const look = () => changed((screen = measured(screen, measure())));
  look();
  for (const target of [window, window.visualViewport])
    target?.addEventListener("resize", look, { signal: over.signal });
  window.visualViewport?.addEventListener("scroll", look, { signal: over.signal });
  return () => over.abort();
}
