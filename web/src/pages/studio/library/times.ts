/** Times of a video as people type and read them, in seconds, and its pictures, counted from 0. */

const DIGITS = "٠١٢٣٤٥٦٧٨٩";

/** `1:02:03.250`, `2:03,25` or `123.25`; null where it is none. */
export function readTime(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => String(DIGITS.indexOf(digit)))
    .replace(/[,٫]/, ".");
  const found = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)$/.exec(plain);
  if (!found) return null;
  const [, hours, minutes, seconds] = found;
  if (minutes !== undefined && Number(seconds) >= 60) return null;
  if (hours !== undefined && Number(minutes) >= 60) return null;
  return inMilliseconds(Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds));
}

/** `1:02:03.250`: what can be typed again. */
export function writeTime(seconds: number): string {
  const all = Math.round(seconds * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const minutes = Math.floor(all / 60_000);
  const rest = `${two(Math.floor(all / 1000) % 60)}.${String(all % 1000).padStart(3, "0")}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

function inMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** The first picture from this time on; `rate` is in pictures a second. */
export function pictureFrom(time: number, rate: number): number {
  return Math.max(0, Math.ceil(time * rate - 1e-6));
}

/** The last millisecond before the picture, or its own: not rounded up, or it would be left out of what begins there. */
export function timeOf(picture: number, rate: number): number {
  return Math.floor((picture / rate) * 1000 + 1e-6) / 1000;
}

/** So many pictures later, or earlier. */
export function stepped(time: number, pictures: number, rate: number): number {
  return timeOf(pictureFrom(time, rate) + pictures, rate);
}

/** Where to look for the picture that something begins with: in its middle, since its ends are another's. */
export function firstSeen(start: number, rate: number): number {
  return (pictureFrom(start, rate) + 0.5) / rate;
}

/** Where to look for the last picture of what ends there. */
export function lastSeen(end: number, rate: number): number {
  return Math.max(0, (pictureFrom(end, rate) - 0.5) / rate);
}
