import type { Texts } from "./en/pictures";
import { load } from "./load";

export const pictures = await load("pictures", import.meta.glob<Texts>("./*/pictures.ts", { import: "texts" }));
