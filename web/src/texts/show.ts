import type { Texts } from "./en/show";
import { load } from "./load";

export const show = await load("show", import.meta.glob<Texts>("./*/show.ts", { import: "texts" }));
