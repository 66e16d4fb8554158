import type { Texts } from "../en/pictures";
import { plurals } from "../plurals";

const count = plurals("de");

export const texts: Texts = {
  formats: (size) => `JPEG, PNG, WebP, AVIF oder GIF, bis ${size}`,
  uploading: (percent) => `Wird hochgeladen … ${percent}`,
  notPicture: (file) =>
    `${file} ist kein Bild, das Storecast verwenden kann. Wählen Sie JPEG, PNG, WebP, AVIF oder GIF.`,
  tooLarge: (file, most) => `${file} ist zu groß: Bilder können bis ${most} groß sein.`,
  unreadable: (file) => `${file} kann nicht gelesen werden. Wählen Sie ein anderes Bild.`,
  most: (pictures) => count(pictures, { one: "Höchstens # Bild.", other: "Höchstens # Bilder." }),
  together: (size) => `Zu viel auf einmal: Bilder können zusammen bis ${size} groß sein.`,
};
