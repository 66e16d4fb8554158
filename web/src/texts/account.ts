import type { Texts } from "./en/account";
import { load } from "./load";

export const account = await load("account", import.meta.glob<Texts>("./*/account.ts", { import: "texts" }));
