import type { Texts } from "../en/chat";

export const texts: Texts = {
  people: "المشاركون في هذه الدردشة",
  copy: "نسخ النص",
  copied: "تم نسخ النص",
  notCopied: "تعذّر نسخ النص.",
  emoji: {
    title: "الرموز التعبيرية",
    search: "البحث عن رمز تعبيري",
    none: "لا يوجد رمز بهذا الاسم.",
    found: "النتائج",
    recent: "المستخدمة مؤخرًا",
    smileys: "الوجوه",
    people: "الأشخاص والإيماءات",
    hearts: "القلوب والرموز",
    shopping: "التسوق",
    food: "الطعام والشراب",
    nature: "الطبيعة وأوقات الفراغ",
  },
};
