/** Which video a file was going to, so that it goes on there after the page was closed. */

const PREFIX = "storecast-upload:";
/** The server keeps what came for three days. */
const KEPT_MS = 3 * 24 * 3600 * 1000;

interface Going {
  media: string;
  at: number;
}

/** The video's id. */
export function recall(fingerprint: string, now: number): string | null {
  try {
    const going = JSON.parse(localStorage.getItem(PREFIX + fingerprint) ?? "null") as Going | null;
    return going && now - going.at < KEPT_MS ? going.media : null;
  } catch {
    return null; // of another version, or storing is not allowed
  }
}

export function remember(fingerprint: string, media: string, now: number): void {
  try {
    localStorage.setItem(PREFIX + fingerprint, JSON.stringify({ media, at: now } satisfies Going));
  } catch {
    // storing is not allowed: then it does not outlive the page
  }
}

export function forget(fingerprint: string): void {
  try {
    localStorage.removeItem(PREFIX + fingerprint);
  } catch {
    // likewise
  }
}
