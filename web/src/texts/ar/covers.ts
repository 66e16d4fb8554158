import type { Texts } from "../en/covers";

export const texts: Texts = {
  title: "الصور",
  cover: "صورة الغلاف",
  coverHint: "تظهر في القوائم وقبل عرضك وبعده وحيثما يُشارك رابطه. الأفضل 1920 × 1080.",
  background: "الخلفية",
  backgroundHint: "تظهر خلف المشغّل على الشاشات العريضة.",
  choose: "اختر صورة أو أفلتها هنا",
  replace: "استبدال",
  remove: "إزالة",
  chooseCover: "اختيار صورة الغلاف",
  chooseBackground: "اختيار الخلفية",
  removeCover: "إزالة صورة الغلاف",
  removeBackground: "إزالة الخلفية",
  dropped: "أفلتها هنا",
  saved: "الصورة معروضة الآن",
  removed: "أُزيلت الصورة.",
  undo: "تراجع",
};
