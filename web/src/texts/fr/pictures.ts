import type { Texts } from "../en/pictures";
import { plurals } from "../plurals";

const count = plurals("fr");

export const texts: Texts = {
  formats: (size) => `JPEG, PNG, WebP, AVIF ou GIF, jusqu’à ${size}`,
  uploading: (percent) => `Envoi… ${percent}`,
  notPicture: (file) =>
    `${file} n’est pas une image que Storecast peut utiliser. Choisissez JPEG, PNG, WebP, AVIF ou GIF.`,
  tooLarge: (file, most) => `${file} est trop grand : les images peuvent aller jusqu’à ${most}.`,
  unreadable: (file) => `${file} ne peut pas être lu. Choisissez une autre image.`,
  most: (pictures) => count(pictures, { one: "# image au plus.", other: "# images au plus." }),
  together: (size) => `Trop à la fois : les images peuvent faire jusqu’à ${size} ensemble.`,
};
