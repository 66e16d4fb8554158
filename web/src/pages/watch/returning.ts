/** Somebody who comes back from the provider's own page, as its address says. */
export interface Return {
  order: string;
  /** They did not pay after all. */
  cancelled: boolean;
}

/** Taken out of the address, so that it is not shared on nor read again. */
export function takeReturnFromAddress(): Return | null {
  const url = new URL(window.location.href);
  const order = url.searchParams.get("order");
  if (order === null) return null;
  const cancelled = url.searchParams.has("cancelled");
  for (const name of ["order", "cancelled"]) url.searchParams.delete(name);
  window.history.replaceState(null, "", url);
  return { order, cancelled };
}
