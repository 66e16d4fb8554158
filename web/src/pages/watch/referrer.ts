const LONGEST = 500;

/** Where the viewer came from, as the browser says; null where it says nothing, or no web address. */
export function cameFrom(referrer: string): string | null {
  return /^https?:\/\/[^\s/]/.test(referrer) ? referrer.slice(0, LONGEST) : null;
}
