import { tileAt, type Tile } from "../../../lib/player/storyboard";

/** Fills the canvas from end to end with the tiles of the times below them. */
export async function paint(canvas: HTMLCanvasElement, tiles: readonly Tile[], duration: number): Promise<void> {
  const [first] = tiles;
  const context = canvas.getContext("2d");
  if (!first || !context || canvas.height === 0) return;
  const sheets = new Map<string, HTMLImageElement>();
  for (const { url } of tiles) {
    if (sheets.has(url)) continue;
    const image = new Image();
    image.src = url;
    sheets.set(url, image);
  }
  await Promise.allSettled([...sheets.values()].map((image) => image.decode()));
  const width = Math.max(1, (canvas.height * first.width) / first.height);
  for (let left = 0; left < canvas.width; left += width) {
    const tile = tileAt(tiles, ((left + width / 2) / canvas.width) * duration);
    const image = tile && sheets.get(tile.url);
    if (!tile || !image?.naturalWidth) continue;
    context.drawImage(image, tile.x, tile.y, tile.width, tile.height, left, 0, width, canvas.height);
  }
}
