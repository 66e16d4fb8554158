import { expect, it, vi } from "vitest";
import { ApiError } from "../../client/error";
import { Pages } from "./pages.svelte";

const items = (...ids: string[]) => ids.map((id) => ({ id }));

it("appends page after page, each thing once", async () => {
  const ask = vi
    .fn<(page: number) => Promise<{ items: { id: string }[]; pages: number }>>()
    .mockResolvedValueOnce({ items: items("c", "b"), pages: 2 })
    .mockResolvedValueOnce({ items: items("b", "a"), pages: 2 });
  const pages = new Pages(ask);
  await vi.waitFor(() => expect(pages.value).toEqual(items("c", "b")));
  expect(pages.more).toBe(true);
  await pages.load();
  expect(pages.value).toEqual(items("c", "b", "a"));
  expect(pages.more).toBe(false);
  expect(ask.mock.calls).toEqual([[1], [2]]);
});

it("asks for the same page again after a failure, and keeps what it has", async () => {
  const ask = vi
    .fn<(page: number) => Promise<{ items: { id: string }[]; pages: number }>>()
    .mockResolvedValueOnce({ items: items("b"), pages: 2 })
    .mockRejectedValueOnce(new ApiError(0, "", "No connection"))
    .mockResolvedValueOnce({ items: items("a"), pages: 2 });
  const pages = new Pages(ask);
  await vi.waitFor(() => expect(pages.more).toBe(true));
  await pages.load();
  expect([pages.value, pages.problem]).toEqual([items("b"), "No connection"]);
  await pages.load();
  expect([pages.value, pages.problem]).toEqual([items("b", "a"), null]);
});
