/** How a live show is joined, and how a viewer who is late catches up. Times are seconds of the player's timeline. */

/** Nearer to the target than this, playback goes at its own speed. */
const CLOSE = 0.05;
/** Later than this, speech may be heard to hurry a little more. */
const LATE = 1;
const HURRY = 1.05;
const HURRY_MORE = 1.1;
/** Speeding up with less than this in the buffer would end in a stall. */
const SPARE = 0.2;
/** A position this near to the end of a segment is played from the next one. */
const NEAR = 0.1;

/** A piece of the newest media, as playlists of low latency list it. */
export interface Piece {
  readonly start: number;
  readonly independent: boolean;
  readonly fragment: { readonly start: number; readonly end: number };
}

/** How fast to play `latency` behind the live edge with `ahead` in the buffer. */
export function rate(latency: number, target: number, ahead: number): number {
  const late = latency - target;
  if (!(late > CLOSE) || ahead < SPARE) return 1;
  return late > LATE ? HURRY_MORE : HURRY;
}

/**
 * Where decoding must begin to show `position`, if that is before the segment it lies in: segments of shows with rare
 * keyframes, and the second one of each show, do not begin with one. Null where the segment will do, or nothing can be
 * told.
 */
export function detour(pieces: readonly Piece[], position: number): number | null {
  const before = pieces.filter((piece) => piece.start <= position + NEAR);
  const segment = before.at(-1)?.fragment;
  const entry = before.findLast((piece) => piece.independent);
  return segment && entry && entry.start < segment.start ? entry.start : null;
}
