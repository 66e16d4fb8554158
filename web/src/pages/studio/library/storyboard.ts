/** Small pictures of a video, as WebVTT has them: cues that name places in a larger picture (`sheet.webp#xywh=…`). */

export interface Tile {
  start: number;
  /** Address of the larger picture. */
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /^((?:\d+:)?\d+:\d+\.\d+)\s+-->/;

/** In order. `address` is the file's own, from which it names the pictures. */
export function tilesOf(vtt: string, address: string): Tile[] {
  const tiles: Tile[] = [];
  let start = 0;
  for (const line of vtt.split(/\r?\n/)) {
    const cue = CUE.exec(line);
    const place = /^(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(line);
    if (cue?.[1]) start = cue[1].split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    else if (place?.[1]) {
      const [x = 0, y = 0, width = 0, height = 0] = place.slice(2).map(Number);
      tiles.push({ start, sheet: new URL(place[1], address).href, x, y, width, height });
    }
  }
  return tiles;
}

/** The tile of this time. */
export function tileAt(tiles: readonly Tile[], time: number): Tile | undefined {
  return tiles.findLast(({ start }) => start <= time) ?? tiles[0];
}

/** Asks for a storyboard. Without one there is none to see, and nothing else to say. */
export async function fetchTiles(address: string, signal: AbortSignal): Promise<Tile[]> {
  const absolute = new URL(address, window.location.href).href;
  try {
    const answer = await fetch(absolute, { signal });
    return answer.ok ? tilesOf(await answer.text(), absolute) : [];
  } catch {
    return [];
  }
}

/** Fills the canvas from end to end with the tiles of the times below them. */
export async function paint(canvas: HTMLCanvasElement, tiles: readonly Tile[], duration: number): Promise<void> {
  const [first] = tiles;
  const context = canvas.getContext("2d");
  if (!first || !context || canvas.height === 0) return;
  const sheets = new Map<string, HTMLImageElement>();
  for (const { sheet } of tiles) {
    if (sheets.has(sheet)) continue;
    const image = new Image();
    image.src = sheet;
    sheets.set(sheet, image);
  }
  await Promise.allSettled([...sheets.values()].map((image) => image.decode()));
  const width = Math.max(1, (canvas.height * first.width) / first.height);
  for (let left = 0; left < canvas.width; left += width) {
    const tile = tileAt(tiles, ((left + width / 2) / canvas.width) * duration);
    const image = tile && sheets.get(tile.sheet);
    if (!tile || !image?.naturalWidth) continue;
    context.drawImage(image, tile.x, tile.y, tile.width, tile.height, left, 0, width, canvas.height);
  }
}
