import type { Wanted } from "../../lib/shop/waits";

/** Somebody who comes back from the provider's own page, as its address says. */
export interface Return {
  order: string;
  /** They did not pay after all. */
  cancelled: boolean;
}

/** What somebody waited for, as the mail's link to it says. */
export function takeWantedFromAddress(): Wanted | null {
  const [product, variant] = ["product", "variant"].map(takeNumber);
  return product ? { product, variant: variant ?? null } : null;
}

function takeNumber(name: string): number | null {
  const url = new URL(window.location.href);
  const given = url.searchParams.get(name);
  if (given === null) return null;
  url.searchParams.delete(name);
  window.history.replaceState(null, "", url);
  return /^[1-9]\d{0,14}$/.test(given) ? Number(given) : null;
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
