import { expect, it } from "vitest";
import { firstSeen, lastSeen, pictureFrom, readTime, stepped, timeOf, writeTime } from "./times";

it.each([
  ["1:02:03.250", 3723.25],
  ["2:03,25", 123.25],
  ["123.25", 123.25],
  [" 0:00:09.983 ", 9.983],
  ["٠:٠٠:٠٣٫٢١٧", 3.217],
])("reads %s as people type it", (text, seconds) => expect(readTime(text)).toBe(seconds));

it.each(["", "abc", "1:60", "1:60:00", "1:2:3:4", "-1", "1.2345", "0:61.0"])("takes %s for no time", (text) =>
  expect(readTime(text)).toBeNull(),
);

it("writes what can be typed again, without a minute of 60 seconds", () => {
  expect(writeTime(59.9996)).toBe("0:01:00.000");
  for (const time of [0, 3.217, 59.999, 3600, 36_000.5]) expect(readTime(writeTime(time))).toBe(time);
});

it.each([24, 25, 30_000 / 1001, 30, 50, 60])("leaves no picture out at %d a second", (rate) => {
  for (let picture = 0; picture < 500; picture += 1) {
    const time = timeOf(picture, rate);
    expect(pictureFrom(time, rate)).toBe(picture);
    expect(stepped(time, 1, rate)).toBe(timeOf(picture + 1, rate));
    expect(stepped(stepped(time, 1, rate), -1, rate)).toBe(time);
  }
});

it("looks at the first picture that is kept and at the last one, not at those beside them", () => {
  // At 25 a second a picture begins each 0.04 s: 3.217 keeps that of 3.24, and an end there that of 3.2.
  expect(firstSeen(3.217, 25)).toBeCloseTo(3.26);
  expect(lastSeen(3.217, 25)).toBeCloseTo(3.22);
  expect(firstSeen(3.24, 25)).toBeCloseTo(3.26);
  expect(lastSeen(3.24, 25)).toBeCloseTo(3.22);
  expect(lastSeen(0, 25)).toBe(0);
});
