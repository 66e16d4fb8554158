import type { Texts } from "../en/missing";

export const texts: Texts = {
  title: "الصفحة غير موجودة",
  heading: "لا يوجد شيء هنا",
  reason: "قد يكون الرابط قديمًا أو مكتوبًا بشكل خاطئ.",
  home: "إلى الصفحة الرئيسية",
};
