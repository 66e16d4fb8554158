import type { Texts } from "./en/coupons";
import { load } from "./load";

export const coupons = await load("coupons", import.meta.glob<Texts>("./*/coupons.ts", { import: "texts" }));
