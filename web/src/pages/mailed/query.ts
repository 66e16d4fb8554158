interface Kept {
  query: string;
  /** Whether the link has done what it is for. */
  done: boolean;
}

/**
 * What a mailed link carries. It leaves the address bar, and so the history: whoever reads it there could use it. The tab
 * keeps it, so that a reload does not lose it.
 */
export function takeLink(): { query: URLSearchParams; done: boolean } {
  const former = window.history.state as Partial<Kept> | null;
  const came = window.location.search;
  const kept: Kept = { query: came || (former?.query ?? ""), done: !came && former?.done === true };
  window.history.replaceState(kept, "", window.location.pathname);
  return { query: new URLSearchParams(kept.query), done: kept.done };
}

/** The link has done what it is for: a reload is to say so. */
export function linkDone(): void {
  window.history.replaceState({ query: "", done: true } satisfies Kept, "", window.location.pathname);
}
