import type { Texts } from "./en/common";
import { load } from "./load";

export const common = await load("common", import.meta.glob<Texts>("./*/common.ts", { import: "texts" }));
