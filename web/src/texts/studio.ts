import type { Texts } from "./en/studio";
import { load } from "./load";

export const studio = await load("studio", import.meta.glob<Texts>("./*/studio.ts", { import: "texts" }));
