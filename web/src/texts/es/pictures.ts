import type { Texts } from "../en/pictures";
import { plurals } from "../plurals";

const count = plurals("es");

export const texts: Texts = {
  formats: (size) => `JPEG, PNG, WebP, AVIF o GIF, hasta ${size}`,
  uploading: (percent) => `Subiendo… ${percent}`,
  notPicture: (file) => `${file} no es una imagen que Storecast pueda usar. Elige JPEG, PNG, WebP, AVIF o GIF.`,
  tooLarge: (file, most) => `${file} es demasiado grande: las imágenes pueden tener hasta ${most}.`,
  unreadable: (file) => `No se puede leer ${file}. Elige otra imagen.`,
  most: (pictures) => count(pictures, { one: "Como máximo # imagen.", other: "Como máximo # imágenes." }),
  together: (size) => `Demasiado de una vez: las imágenes pueden sumar hasta ${size}.`,
};
