/** A video's place in the page's address: `/watch/slug?replay=id&t=83`. */

/** A video, and the second somebody is to see of it; null where nobody said. */
export interface Moment {
  readonly id: string;
  readonly at: number | null;
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What a link leads to. The second is taken out: who comes back goes on where they were. */
export function takeMomentFromAddress(): Moment | null {
  const url = new URL(window.location.href);
  const id = url.searchParams.get("replay");
  const at = url.searchParams.get("t");
  if (at !== null) {
    url.searchParams.delete("t");
    window.history.replaceState(null, "", url);
  }
  if (id === null || !ID.test(id)) return null;
  return { id, at: at !== null && /^\d{1,6}$/.test(at) ? Number(at) : null };
}

/** Has the address lead to this video, or to the channel alone. */
export function nameInAddress(id: string | null): void {
  const url = new URL(window.location.href);
  if (id === null) url.searchParams.delete("replay");
  else url.searchParams.set("replay", id);
  window.history.replaceState(null, "", url);
}

export function linkTo(slug: string, { id, at }: Moment): string {
  const url = new URL(`/watch/${slug}`, window.location.href);
  url.searchParams.set("replay", id);
  if (at !== null && at >= 1) url.searchParams.set("t", String(Math.floor(at)));
  return url.href;
}
