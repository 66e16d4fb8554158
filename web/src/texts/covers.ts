import type { Texts } from "./en/covers";
import { load } from "./load";

export const covers = await load("covers", import.meta.glob<Texts>("./*/covers.ts", { import: "texts" }));
