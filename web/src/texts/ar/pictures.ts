import type { Texts } from "../en/pictures";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  formats: (size) => `JPEG أو PNG أو WebP أو AVIF أو GIF، حتى ${size}`,
  uploading: (percent) => `جارٍ الرفع… ${percent}`,
  notPicture: (file) => `${file} ليس صورة يمكن لـ Storecast استخدامها. اختر JPEG أو PNG أو WebP أو AVIF أو GIF.`,
  tooLarge: (file, most) => `${file} كبير جدًا: يمكن أن يصل حجم الصور إلى ${most}.`,
  unreadable: (file) => `لا يمكن قراءة ${file}. اختر صورة أخرى.`,
  most: (pictures) =>
    count(pictures, {
      zero: "بلا صور.",
      one: "صورة واحدة على الأكثر.",
      two: "صورتان على الأكثر.",
      few: "# صور على الأكثر.",
      many: "# صورة على الأكثر.",
      other: "# صورة على الأكثر.",
    }),
  together: (size) => `كثير دفعة واحدة: يمكن أن تبلغ الصور معًا ${size}.`,
};
