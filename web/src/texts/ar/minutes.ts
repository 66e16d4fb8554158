import type { Texts } from "../en/minutes";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  left: (minutes) =>
    count(minutes, {
      zero: "لم تبقَ دقائق بث هذا الشهر",
      one: "بقيت دقيقة بث واحدة هذا الشهر",
      two: "بقيت دقيقتا بث هذا الشهر",
      few: "بقيت # دقائق بث هذا الشهر",
      many: "بقيت # دقيقة بث هذا الشهر",
      other: "بقيت # دقيقة بث هذا الشهر",
    }),
  counting: (time) => `بقي ${time} هذا الشهر`,
  ending: (time) => `نفدت الدقائق: ينتهي العرض بعد ${time}`,
  spent: (date) => `نفدت دقائق البث لهذا الشهر. يمكنك البث من جديد ابتداءً من ${date}.`,
  nowLow: "استُهلكت أربعة أخماس دقائق البث لهذا الشهر.",
  nowGrace: "نفدت دقائق البث لهذا الشهر. يستمر العرض قليلًا ثم ينتهي.",
  nowSpent: "انتهى العرض لأن دقائق البث لهذا الشهر نفدت.",
};
