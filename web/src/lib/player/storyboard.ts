/** A small picture of a stretch of a video: a part of a bigger picture, in its pixels. */
export interface Tile {
  readonly from: number;
  readonly to: number;
  readonly url: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MOST_TILES = 2000;
const MOST_LETTERS = 400_000;
const LARGEST_TILE = 640; // px
const LARGEST_PICTURE = 16_384; // px: what browsers decode

const TIMES = /^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d\.\d{3})[ \t]+-->[ \t]+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d\.\d{3})/;
const PLACE = /^(.+)#xywh=(?:pixel:)?(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})$/;

/**
 * The tiles a WebVTT at `address` names (`board.webp#xywh=0,90,160,90`, Media Fragments 1.0), in order. What is no tile of a
 * picture from the same server is left out.
 */
export function tilesOf(text: string, address: string): Tile[] {
  if (!/^\uFEFF?WEBVTT(\s|$)/.test(text)) return [];
  const found: Tile[] = [];
  for (const block of text
    .slice(0, MOST_LETTERS)
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n{2,}/)) {
    if (found.length >= MOST_TILES) break;
    const lines = block.split("\n");
    const at = lines.findIndex((line) => line.includes("-->"));
    const tile = at < 0 ? null : tileOf(lines[at] ?? "", lines[at + 1]?.trim() ?? "", address);
    if (tile) found.push(tile);
  }
  return found.sort((a, b) => a.from - b.from);
}

function tileOf(when: string, what: string, address: string): Tile | null {
  const [times, place] = [TIMES.exec(when), PLACE.exec(what)];
  if (!times || !place) return null;
  const url = near(place[1] ?? "", address);
  const [x = 0, y = 0, width = 0, height = 0] = place.slice(2).map(Number);
  const from = seconds(times.slice(1, 4));
  const to = seconds(times.slice(4, 7));
  const fits = width > 0 && height > 0 && Math.max(width, height) <= LARGEST_TILE;
  if (url === null || !fits || to <= from || Math.max(x + width, y + height) > LARGEST_PICTURE) return null;
  return { from, to, url, x, y, width, height };
}

const seconds = ([hours, minutes, rest]: (string | undefined)[]) =>
  Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest);

function near(path: string, address: string): string | null {
  try {
    const url = new URL(path, address);
    return url.origin === new URL(address).origin ? url.href : null;
  } catch {
    return null;
  }
}

/** The tile of a second; the last one before it where none has it. */
export function tileAt(tiles: readonly Tile[], second: number): Tile | null {
  return tiles.findLast(({ from }) => from <= second) ?? tiles[0] ?? null;
}

/** Rejects where there is none to be had. */
export async function fetchTiles(address: string, signal: AbortSignal): Promise<Tile[]> {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`no storyboard: ${answer.status}`);
  return tilesOf(await answer.text(), new URL(address, window.location.href).href);
}
