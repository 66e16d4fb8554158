/** Where a live show goes from one quality to another. */
import type Hls from "hls.js";

/** Seconds two ends may be apart and be the same place. */
const SAME = 0.1;

/** The viewer's choice among `hls.levels`; null where the network decides. */
export interface Choice {
  level: number | null;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether what is fetched next begins a segment: `end` of the buffer, seconds, is where one of them ends. */
export function isSeam(segments: readonly Span[], end: number): boolean {
  return segments.some((segment) => Math.abs(segment.end - end) < SAME);
}

/** Where the range of the buffer ends in which `at` lies; null outside of all. */
export function bufferedUntil(ranges: TimeRanges, at: number): number | null {
  for (let index = 0; index < ranges.length; index += 1) {
    if (ranges.start(index) <= at + SAME && at < ranges.end(index)) return ranges.end(index);
  }
  return null;
}

/**
 * What decides on qualities, made to change them where segments begin. Anywhere else the other quality begins before
 * the frame on screen, and browsers show none of it before its next keyframe: a picture stands still for seconds.
 */
export function changingAtSeams(types: typeof Hls, choice: Choice): typeof Hls.DefaultConfig.abrController {
  return class extends types.DefaultConfig.abrController {
    override get nextAutoLevel(): number {
      const { levels, loadLevel } = this.hls;
      const chosen = choice.level === null ? undefined : levels[choice.level];
      const wanted = choice.level !== null && chosen?.loadError === 0 ? choice.level : super.nextAutoLevel;
      const current = levels[loadLevel];
      if (wanted === loadLevel || !current || current.loadError > 0 || this.#mayChange()) return wanted;
      return loadLevel;
    }
    override set nextAutoLevel(level: number) {
      super.nextAutoLevel = level;
    }

    #mayChange(): boolean {
      const { media, latestLevelDetails } = this.hls;
      if (!media || !latestLevelDetails) return true;
      const until = bufferedUntil(media.buffered, media.currentTime);
      return until === null || isSeam(latestLevelDetails.fragments, until);
    }
  };
}
