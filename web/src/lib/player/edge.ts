/** Rules about how far a viewer may be behind the live edge. Times are seconds. */

/** Beyond this much later than the target, a viewer is shown the way back to live. */
const BEHIND = 6;
/** And within this much of it, they count as live again. */
const CAUGHT_UP = 2.5;

/** Whether the viewer counts as behind, given whether they did a moment ago. */
export function isBehind(latency: number, target: number, before: boolean): boolean {
  if (!Number.isFinite(latency)) return false;
  return latency > target + (before ? CAUGHT_UP : BEHIND);
}

/** Where to jump to for live: the player's sync point, or a little before the end of what can be seeked. */
export function livePosition(sync: number | null, seekable: TimeRanges): number | null {
  if (sync !== null && Number.isFinite(sync)) return sync;
  if (seekable.length === 0) return null;
  const end = seekable.end(seekable.length - 1);
  const start = seekable.start(seekable.length - 1);
  return Number.isFinite(end) ? Math.max(start, end - 3) : null;
}

/** `1:02:09` or `12:34`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
