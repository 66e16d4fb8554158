import type { Texts } from "../en/minutes";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  left: (minutes) =>
    count(minutes, { one: "Noch # Sendeminute in diesem Monat", other: "Noch # Sendeminuten in diesem Monat" }),
  counting: (time) => `Noch ${time} in diesem Monat`,
  ending: (time) => `Minuten verbraucht: Die Show endet in ${time}`,
  spent: (date) => `Die Sendeminuten dieses Monats sind verbraucht. Ab ${date} können Sie wieder live gehen.`,
  nowLow: "Vier Fünftel der Sendeminuten dieses Monats sind verbraucht.",
  nowGrace: "Die Sendeminuten dieses Monats sind verbraucht. Die Show geht noch kurz weiter, dann endet sie.",
  nowSpent: "Die Show ist beendet, weil die Sendeminuten dieses Monats verbraucht sind.",
};
