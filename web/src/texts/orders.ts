import type { Texts } from "./en/orders";
import { load } from "./load";

export const orders = await load("orders", import.meta.glob<Texts>("./*/orders.ts", { import: "texts" }));
