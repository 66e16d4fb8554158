import type { Texts } from "./en/shop";
import { load } from "./load";

export const shop = await load("shop", import.meta.glob<Texts>("./*/shop.ts", { import: "texts" }));
