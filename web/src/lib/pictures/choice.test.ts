import { expect, it } from "vitest";
import { Choice } from "./choice.svelte";

it("takes what the server would, and says of the rest why not, before it is sent", () => {
  let chosen: File | null = null;
  const choice = new Choice(
    () => chosen,
    (file) => (chosen = file),
  );
  const take = (name: string, type: string) => {
    const file = new File(["x"], name, { type });
    choice.take({ currentTarget: { files: [file], value: name } as unknown as HTMLInputElement });
  };
  take("me.heic", "image/heic");
  expect([chosen, choice.refused]).toEqual([null, expect.stringContaining("me.heic")]);
  take("me.avif", "image/avif");
  expect([chosen, choice.refused]).toEqual([expect.objectContaining({ name: "me.avif" }), null]);
  choice.broken();
  expect([chosen, choice.refused]).toEqual([null, expect.stringContaining("me.avif")]);
});
