import type { Texts } from "./en/minutes";
import { load } from "./load";

export const minutes = await load("minutes", import.meta.glob<Texts>("./*/minutes.ts", { import: "texts" }));
