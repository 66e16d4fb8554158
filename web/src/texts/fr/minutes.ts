import type { Texts } from "../en/minutes";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  left: (minutes) =>
    count(minutes, {
      one: "# minute de diffusion restante ce mois-ci",
      other: "# minutes de diffusion restantes ce mois-ci",
    }),
  counting: (time) => `Encore ${time} ce mois-ci`,
  ending: (time) => `Minutes épuisées : l’émission se termine dans ${time}`,
  spent: (date) =>
    `Les minutes de diffusion de ce mois sont épuisées. Vous pourrez repasser en direct à partir du ${date}.`,
  nowLow: "Les quatre cinquièmes des minutes de diffusion de ce mois sont utilisés.",
  nowGrace: "Les minutes de diffusion de ce mois sont épuisées. L’émission continue un peu, puis se termine.",
  nowSpent: "L’émission est terminée, car les minutes de diffusion de ce mois sont épuisées.",
};
