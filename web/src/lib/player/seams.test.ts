import { describe, expect, it } from "vitest";
import { bufferedUntil, isSeam } from "./seams";

function ranges(...spans: [number, number][]): TimeRanges {
  return { length: spans.length, start: (at) => spans[at]![0], end: (at) => spans[at]![1] };
}

describe("where qualities may change", () => {
  const segments = [
    { start: 10, end: 12 },
    { start: 12, end: 14.04 },
  ];
  it("is where a segment ends, as browsers round it", () => {
    expect(isSeam(segments, 12)).toBe(true);
    expect(isSeam(segments, 13.999999)).toBe(true);
  });
  it("is not in the midst of one, nor within one that is not whole yet", () => {
    expect(isSeam(segments, 12.25)).toBe(false);
    expect(isSeam(segments, 15)).toBe(false);
  });
});

describe("how far is fetched", () => {
  it("is the end of the range that plays", () => {
    expect(bufferedUntil(ranges([0, 4], [5, 9]), 5.5)).toBe(9);
    expect(bufferedUntil(ranges([0, 4], [5, 9]), 4.95)).toBe(9);
  });
  it("is unknown outside of all", () => {
    expect(bufferedUntil(ranges([0, 4]), 4.5)).toBe(null);
    expect(bufferedUntil(ranges(), 0)).toBe(null);
  });
});
