import type { Texts } from "../en/minutes";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  left: (minutes) =>
    count(minutes, { one: "Queda # minuto de emisión este mes", other: "Quedan # minutos de emisión este mes" }),
  counting: (time) => `Quedan ${time} este mes`,
  ending: (time) => `Minutos agotados: el show termina en ${time}`,
  spent: (date) => `Los minutos de emisión de este mes se han agotado. Podrás emitir de nuevo desde el ${date}.`,
  nowLow: "Has usado cuatro quintas partes de los minutos de emisión de este mes.",
  nowGrace: "Los minutos de emisión de este mes se han agotado. El show sigue un poco más y luego termina.",
  nowSpent: "El show ha terminado porque los minutos de emisión de este mes se han agotado.",
};
