import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Toasts } from "./toasts.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("shows one note at a time, the newest, for as long as the first would have been", () => {
  const toasts = new Toasts();
  toasts.done("Walnut lamp is featured");
  vi.advanceTimersByTime(2000);
  toasts.failed("This could not be saved");
  expect(toasts.current?.text).toBe("This could not be saved");
  vi.advanceTimersByTime(3000);
  expect(toasts.current?.text).toBe("This could not be saved");
  vi.advanceTimersByTime(2000);
  expect(toasts.current).toBeNull();
});

it("takes away only the note that was dismissed", () => {
  const toasts = new Toasts();
  toasts.done("Link copied");
  const first = toasts.current?.id ?? 0;
  toasts.done("Saved");
  toasts.dismiss(first);
  expect(toasts.current?.text).toBe("Saved");
});
