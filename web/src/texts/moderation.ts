import type { Texts } from "./en/moderation";
import { load } from "./load";

export const moderation = await load("moderation", import.meta.glob<Texts>("./*/moderation.ts", { import: "texts" }));
