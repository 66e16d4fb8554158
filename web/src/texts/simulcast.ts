import type { Texts } from "./en/simulcast";
import { load } from "./load";

export const simulcast = await load("simulcast", import.meta.glob<Texts>("./*/simulcast.ts", { import: "texts" }));
