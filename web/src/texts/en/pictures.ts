import { plurals } from "../plurals";

const count = plurals("en");

/** Choosing and sending a picture. */
export const texts = {
  formats: (size: string) => `JPEG, PNG, WebP, AVIF or GIF, up to ${size}`,
  uploading: (percent: string) => `Uploading… ${percent}`,
  notPicture: (file: string) => `${file} is not a picture Storecast can use. Choose JPEG, PNG, WebP, AVIF or GIF.`,
  tooLarge: (file: string, most: string) => `${file} is too large: pictures can be up to ${most}.`,
  unreadable: (file: string) => `${file} cannot be read. Choose another picture.`,
  most: (pictures: number) => count(pictures, { one: "# picture at most.", other: "# pictures at most." }),
  together: (size: string) => `Too much at once: pictures can be up to ${size} together.`,
};

export type Texts = typeof texts;
