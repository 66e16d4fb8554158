import { describe, expect, it } from "vitest";
import { detour, rate, type Piece } from "./pace";

describe("rate", () => {
  it("plays at its own speed near the target", () => {
    expect(rate(0.5, 0.467, 2)).toBe(1);
    expect(rate(Number.NaN, 0.467, 2)).toBe(1);
  });

  it("hurries a little when late, and a little more when very late", () => {
    expect(rate(0.8, 0.467, 2)).toBe(1.05);
    expect(rate(2.5, 0.467, 2)).toBe(1.1);
  });

  it("never plays the buffer empty", () => {
    expect(rate(2.5, 0.467, 0.1)).toBe(1);
  });
});

function pieces(...segments: [number, number, boolean[]][]): Piece[] {
  return segments.flatMap(([start, end, parts]) =>
    parts.map((independent, index) => ({ start: start + index * 0.25, independent, fragment: { start, end } })),
  );
}

describe("detour", () => {
  const first: [number, number, boolean[]] = [0, 0.5, [true, false]];
  const second: [number, number, boolean[]] = [0.5, 1.5, [false, false, false, false]];
  const third: [number, number, boolean[]] = [1.5, 2.5, [true, false, false, false]];

  it("begins at the keyframe before a segment that has none", () => {
    expect(detour(pieces(first, second), 1.1)).toBe(0);
  });

  it("is none where the segment begins with a keyframe", () => {
    expect(detour(pieces(first, second, third), 2.1)).toBeNull();
  });

  it("takes a position at the very end of a segment for the next one's", () => {
    expect(detour(pieces(first, second), 0.499)).toBe(0);
  });

  it("is none where nothing can be told", () => {
    expect(detour([], 1)).toBeNull();
    expect(detour(pieces(second), 1.1)).toBeNull();
  });
});
