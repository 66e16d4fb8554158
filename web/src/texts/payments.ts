import type { Texts } from "./en/payments";
import { load } from "./load";

export const payments = await load("payments", import.meta.glob<Texts>("./*/payments.ts", { import: "texts" }));
