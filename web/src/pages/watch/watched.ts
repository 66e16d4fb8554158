const STORED = "storecast.watched";
const MOST = 60;
/** Who saw less of a video than this, or all but this, begins anew. Seconds. */
const LEAST = 10;

type Places = [video: string, second: number][];

function stored(): Places {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(STORED) ?? "[]");
    const fits = (entry: unknown) =>
      Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "number" && entry[1] >= 0;
    return Array.isArray(found) ? (found.filter(fits) as Places) : [];
  } catch {
    return [];
  }
}

/** The second at which this browser's viewer left a video, 0 where they did not. */
export function leftAt(video: string): number {
  return stored().find(([id]) => id === video)?.[1] ?? 0;
}

/** Remembers where somebody is in a video of so many seconds: of the last ones they watched. */
export function remember(video: string, second: number, duration: number): void {
  const others = stored().filter(([id]) => id !== video);
  const worth = second >= LEAST && (duration === 0 || second <= duration - LEAST);
  const all: Places = worth ? [...others, [video, Math.floor(second)]] : others;
  try {
    window.localStorage.setItem(STORED, JSON.stringify(all.slice(-MOST)));
  } catch {
    // Where nothing may be kept, videos begin at their beginning.
  }
}
