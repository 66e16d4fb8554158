import type { Texts } from "../en/goods";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  sort: "ترتيب",
  sortTitle: "ترتيب المنتجات",
  sortHint: "اسحب منتجًا أو استعمل الأسهم. يراها المشاهدون بهذا الترتيب.",
  sorted: "رُتّبت المنتجات",
  more: "المخزون والحدود والأصناف",
  quantity: "عدد القطع كله",
  quantityHint: "فارغ: بلا مخزون محدد.",
  quantitySold: (pieces) =>
    count(pieces, {
      zero: "لم يُبع شيء",
      one: "بيعت قطعة وهي محسوبة",
      two: "بيعت قطعتان وهما محسوبتان",
      few: "بيعت # قطع وهي محسوبة",
      many: "بيعت # قطعة وهي محسوبة",
      other: "بيعت # قطعة وهي محسوبة",
    }),
  maxPerBuyer: "الحد الأعلى لكل مشترٍ",
  maxHint: "فارغ: أي عدد.",
  compareAt: "السعر السابق",
  compareHint: "يظهر مشطوبًا.",
  sku: "رقم المنتج",
  variants: "الأصناف",
  variantsHint: "مقاسات وألوان: لكل منها سعر ومخزون إن شئت.",
  variant: (number) => `الصنف ${number}`,
  addVariant: "إضافة صنف",
  up: (name) => `رفع ${name}`,
  down: (name) => `خفض ${name}`,
  remove: (name) => `إزالة ${name}`,
  name: "الاسم",
  options: "الخصائص",
  optionsHint: "مثل المقاس: M؛ اللون: أحمر",
  price: "السعر",
  priceHint: "فارغ: سعر المنتج.",
  ownHint: "فارغ: من قطع المنتج.",
  needCount: "أدخل عددًا صحيحًا، 0 أو أكثر",
  needOne: "أدخل عددًا صحيحًا، 1 أو أكثر",
  needHigher: "يجب أن يكون أعلى من السعر.",
  needName: "أدخل اسمًا.",
  needOptions: "اكتبها هكذا: المقاس: M؛ اللون: أحمر",
  needPrice: (currency) => `أدخل سعرًا بعملة ${currency}`,
  sheet: {
    open: "استيراد أو تصدير",
    title: "المنتجات في جدول",
    intro:
      "ملف CSV بترميز UTF-8 فيه سطر بأسماء الأعمدة مثل name وprice وquantity وsku. لا يتغير شيء قبل موافقتك؛ نزّل منتجاتك لترى كيف يُكتب.",
    file: "ملف CSV",
    reading: "جارٍ قراءة الملف…",
    found: (rows: number) => `عدد الصفوف: ${rows}.`,
    does: (created: number, updated: number, unchanged: number) =>
      `${created} جديد، ${updated} معدّل، ${unchanged} دون تغيير.`,
    wrong: "صحّح هذه الصفوف أولًا؛ لا يُستورد شيء قبل ذلك.",
    row: (row: number) => `الصف ${row}:`,
    more: (number: number) => `و${number} غيرها.`,
    take: "استيراد",
    taken: (created: number, updated: number) => `أُضيف ${created} وعُدّل ${updated} من المنتجات`,
    download: "تنزيل المنتجات",
  },
};
