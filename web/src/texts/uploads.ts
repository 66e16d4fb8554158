import type { Texts } from "./en/uploads";
import { load } from "./load";

export const uploads = await load("uploads", import.meta.glob<Texts>("./*/uploads.ts", { import: "texts" }));
