import type { Texts } from "../en/sales";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  title: "مبيعات هذا العرض",
  titleOffAir: "مبيعات آخر 24 ساعة",
  carts: "سلال مفتوحة",
  orders: "الطلبات",
  revenue: "الإيرادات",
  toOrders: "عرض الطلبات",
  stale: "تعذّر تحميل الأرقام. تُعاد المحاولة.",
  coupon: "قسيمة",

  left: (pieces) =>
    count(pieces, {
      zero: "لم يبقَ شيء",
      one: "بقيت قطعة",
      two: "بقيت قطعتان",
      few: "بقيت # قطع",
      many: "بقيت # قطعة",
      other: "بقيت # قطعة",
    }),
  inCarts: (pieces) =>
    count(pieces, {
      zero: "لا شيء في السلال",
      one: "قطعة في السلال",
      two: "قطعتان في السلال",
      few: "# قطع في السلال",
      many: "# قطعة في السلال",
      other: "# قطعة في السلال",
    }),
  sold: (pieces) =>
    count(pieces, {
      zero: "لم يُبع شيء",
      one: "بيعت قطعة",
      two: "بيعت قطعتان",
      few: "بيعت # قطع",
      many: "بيعت # قطعة",
      other: "بيعت # قطعة",
    }),
  soldOut: "نفدت الكمية",
  deal: (price) => `عرض خاص: ${price}`,
  small: "صغير",

  more: (name) => `التثبيت والعرض الخاص: ${name}`,
  pins: "مثبّت في الصورة",
  pinLarge: "كبير، فوق الصورة",
  pinSmall: "صغير، إلى جانبها",
  pinNone: "غير مثبّت",
  pinHint: "واحد كبير واثنان صغيران في آن واحد.",

  flash: "عرض خاطف",
  flashText: "سعر أفضل لوقت قصير، مع عدّ تنازلي في الصورة.",
  price: (currency) => `السعر بعملة ${currency}`,
  usually: (price) => `السعر المعتاد ${price}`,
  bound: "ينتهي",
  bySeconds: "بعد ثوانٍ",
  byPieces: "بعد قطع",
  seconds: "عدد الثواني",
  pieces: "عدد القطع",
  start: "بدء العرض الخاطف",
  end: "إنهاء العرض الخاطف",
  started: (name) => `بدأ العرض الخاطف على ${name}`,
  ended: (name) => `انتهى العرض الخاطف على ${name}`,
  needPrice: (price) => `أدخل سعرًا أقل من ${price}`,
  needCount: (most) => `أدخل عددًا صحيحًا من 1 إلى ${most}`,

  couponTitle: "تثبيت قسيمة",
  couponText: "يراها المشاهدون ويأخذونها بلمسة. واحدة في كل مرة.",
  couponNone: "لا قسيمة صالحة الآن.",
  couponMake: "إلى قسائمك",
  pin: "تثبيت",
  unpin: "إزالة",
  pinCoupon: (code) => `تثبيت ${code}`,
  unpinCoupon: (code) => `إزالة ${code}`,
  pinnedCoupon: (code) => `ثُبّتت ${code}`,
  unpinnedCoupon: (code) => `لم تعد ${code} مثبّتة`,
};
