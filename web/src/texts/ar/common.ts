import type { Texts } from "../en/common";

export const texts: Texts = {
  close: "إغلاق",
};
