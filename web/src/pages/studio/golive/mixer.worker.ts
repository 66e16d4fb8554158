/// <reference lib="webworker" />
/**
 * Draws camera and screen into one picture at a steady rate. Here and not in the page: a page that is not looked at is
 * given a timer a second and no animation frames, and who shows their screen looks at something else.
 */

export type MixerMessage =
  | { type: "start"; writable: WritableStream<VideoFrame>; width: number; height: number; rate: number }
  | { type: "source"; name: "camera" | "screen"; readable: ReadableStream<VideoFrame> | null };

/** Of the picture's width that the camera has in a corner of the screen, and its distance from the edges. */
const INSET = 0.24;
const MARGIN = 0.02;

type Name = "camera" | "screen";

const newest: Record<Name, VideoFrame | null> = { camera: null, screen: null };
const turns: Record<Name, number> = { camera: 0, screen: 0 };

async function follow(name: Name, readable: ReadableStream<VideoFrame> | null): Promise<void> {
  const turn = (turns[name] += 1);
  newest[name]?.close();
  newest[name] = null;
  const reader = readable?.getReader();
  while (reader) {
    const { value, done } = await reader.read();
    if (done || turn !== turns[name]) {
      value?.close();
      void reader.cancel();
      break;
    }
    newest[name]?.close();
    newest[name] = value;
  }
  // A track that has ended leaves nothing behind.
  if (turn === turns[name]) {
    newest[name]?.close();
    newest[name] = null;
  }
}

function draw(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void {
  const { camera, screen } = newest;
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  const main = screen ?? camera;
  if (main) place(context, main, 0, 0, width, height);
  if (screen && camera) {
    const across = Math.round(Math.min(width, height * (16 / 9)) * INSET);
    const down = Math.round((across * camera.displayHeight) / camera.displayWidth);
    const margin = Math.round(width * MARGIN);
    context.drawImage(camera, width - across - margin, height - down - margin, across, down);
  }
}

/** The whole of `frame`, as large as it goes. */
function place(
  context: OffscreenCanvasRenderingContext2D,
  frame: VideoFrame,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const scale = Math.min(width / frame.displayWidth, height / frame.displayHeight);
  const across = frame.displayWidth * scale;
  const down = frame.displayHeight * scale;
  context.drawImage(frame, x + (width - across) / 2, y + (height - down) / 2, across, down);
}

function start({ writable, width, height, rate }: Extract<MixerMessage, { type: "start" }>): void {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  if (!context) throw new Error("no canvas");
  const writer = writable.getWriter();
  const tick = () => {
    // Whoever takes the pictures is behind: this one is left out.
    if ((writer.desiredSize ?? 0) <= 0) return;
    draw(context, width, height);
    const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
    writer.write(frame).catch(() => frame.close());
  };
  const timer = setInterval(tick, 1000 / rate);
  writer.closed.catch(() => {}).finally(() => clearInterval(timer));
}

self.addEventListener("message", ({ data }: MessageEvent<MixerMessage>) => {
  if (data.type === "start") start(data);
  else void follow(data.name, data.readable);
});
