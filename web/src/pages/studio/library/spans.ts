/** What is kept of a video, and what is cut out of it. Times are in seconds; a span's `end` is not in it. */
import type { Span } from "../../../client/media";

export type Edge = "start" | "end";

/** What the API keeps at least, of each stretch. */
export const SHORTEST = 0.1;
/** Stretches that the API keeps at most. */
export const MOST_KEPT = 20;
export const CLIP = { shortest: 15, longest: 90, usual: 30 } as const;

/** What is left between the bounds without the cuts, which may overlap. What is too short to be seen goes with them. */
export function keptOf(bounds: Span, cuts: readonly Span[]): Span[] {
  const kept: Span[] = [];
  let from = bounds.start;
  for (const cut of [...cuts].sort((one, other) => one.start - other.start)) {
    if (cut.end <= from) continue;
    kept.push({ start: from, end: Math.min(cut.start, bounds.end) });
    from = cut.end;
  }
  kept.push({ start: from, end: bounds.end });
  return kept.filter(({ start, end }) => end - start >= SHORTEST - 1e-6);
}

/** What is not kept. */
export function goneOf(kept: readonly Span[], duration: number): Span[] {
  const gone: Span[] = [];
  let from = 0;
  for (const { start, end } of [...kept, { start: duration, end: duration }]) {
    if (start > from) gone.push({ start: from, end: start });
    from = end;
  }
  return gone;
}

export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Where playing what is kept goes on from this time: here, at the next stretch, or nowhere (null). */
export function onward(kept: readonly Span[], at: number): number | null {
  const next = kept.find(({ end }) => at < end - 1e-3);
  return next ? Math.max(at, next.start) : null;
}

/** The span with one edge elsewhere: within the video, and before or behind the other edge. */
export function edged(span: Span, edge: Edge, to: number, duration: number): Span {
  if (edge === "start") return { ...span, start: clamp(to, 0, span.end - SHORTEST) };
  return { ...span, end: clamp(to, span.start + SHORTEST, duration) };
}

/** As `edged`, of a clip: the other edge gives way where it would become too short or too long. */
export function slid({ start, end }: Span, edge: Edge, to: number, duration: number): Span {
  const shortest = Math.min(CLIP.shortest, duration);
  if (edge === "start") {
    start = clamp(to, 0, duration - shortest);
    return rounded({ start, end: clamp(end, start + shortest, Math.min(start + CLIP.longest, duration)) });
  }
  end = clamp(to, shortest, duration);
  return rounded({ start: clamp(start, Math.max(end - CLIP.longest, 0), end - shortest), end });
}

/** What a clip is at first: from what is being looked at. */
export function freshClip(at: number, duration: number): Span {
  const start = clamp(at, 0, Math.max(0, duration - CLIP.usual));
  return rounded({ start, end: Math.min(start + CLIP.usual, duration) });
}

/** What is cut out at first: some of what is being looked at, small enough to be seen whole, and to be made larger. */
export function freshCut(at: number, bounds: Span): Span {
  const length = Math.min(Math.max((bounds.end - bounds.start) / 10, 1), 60, bounds.end - bounds.start);
  const start = clamp(at, bounds.start, bounds.end - length);
  return rounded({ start, end: start + length });
}

/** To milliseconds, which is what is typed and sent. */
function rounded({ start, end }: Span): Span {
  return { start: Math.round(start * 1000) / 1000, end: Math.round(end * 1000) / 1000 };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
