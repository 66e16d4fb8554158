import type { Texts } from "./en/goods";
import { load } from "./load";

export const goods = await load("goods", import.meta.glob<Texts>("./*/goods.ts", { import: "texts" }));
