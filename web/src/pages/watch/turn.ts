/** Everybody's turn comes within this. */
const LONGEST_MS = 2000;
/** A thousand viewers ask within a second. */
const MS_A_VIEWER = 1;
/** Who waits for a show is not counted: they may be one or thousands. */
const UNCOUNTED_MS = 1000;
/** Nobody looks at a hidden page. */
const HIDDEN_MS = 10_000;

/**
 * Over how long all who watch spread a question they would ask at the same moment, in milliseconds. With few viewers
 * nobody waits; of many the first still asks at once.
 */
export function spread(viewers: number | null, hidden: boolean): number {
  if (hidden) return HIDDEN_MS;
  return viewers === null ? UNCOUNTED_MS : Math.min(LONGEST_MS, viewers * MS_A_VIEWER);
}
