import type { Texts } from "./en/mailed";
import { load } from "./load";

export const mailed = await load("mailed", import.meta.glob<Texts>("./*/mailed.ts", { import: "texts" }));
