import type { Texts } from "./en/library";
import { load } from "./load";

export const library = await load("library", import.meta.glob<Texts>("./*/library.ts", { import: "texts" }));
