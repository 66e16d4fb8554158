import type { Texts } from "./en/scopes";
import { load } from "./load";

/** By the scope's name. */
export const scopes: Readonly<Record<string, string>> = await load(
  "scopes",
  import.meta.glob<Texts>("./*/scopes.ts", { import: "texts" }),
);
