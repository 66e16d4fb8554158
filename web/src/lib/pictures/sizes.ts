import type { PictureSize } from "../../client/types";

/** For an `img`, whose `sizes` says how wide it is shown; undefined where there is one size alone. */
export function sourceSet(sizes: readonly PictureSize[]): string | undefined {
  return sizes.length > 1 ? sizes.map(({ url, width }) => `${url} ${width}w`).join(", ") : undefined;
}

/** The narrowest that is as wide as so many pixels of the screen, where a page can name one alone. */
export function fitting(sizes: readonly PictureSize[], pixels: number): string | null {
  return (sizes.find(({ width }) => width >= pixels) ?? sizes.at(-1))?.url ?? null;
}
