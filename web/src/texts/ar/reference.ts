import type { Texts } from "../en/reference";

export const texts: Texts = {
  title: "مرجع واجهة البرمجة",
  operations: "العمليات",
  search: "البحث في العمليات",
  programs: "المحتوى نفسه بصيغة OpenAPI 3.1 للبرامج",
  none: "لا توجد عملية تحتوي على ذلك.",
  failed: "تعذّر تحميل الوصف.",
};
