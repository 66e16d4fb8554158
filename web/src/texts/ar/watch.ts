import type { Texts } from "../en/watch";
import { plurals } from "../plurals";

const count = plurals("ar");

/** What changes with none of the numbers. */
const always = (other: string) => ({ zero: other, one: other, two: other, few: other, many: other, other });

export const texts: Texts = {
  title: "عرض مباشر",
  loading: "جارٍ تحميل العرض",
  signIn: "تسجيل الدخول",
  signOut: "تسجيل الخروج",
  account: "الحساب",
  studio: "الاستوديو",
  show: "العرض",
  products: "المنتجات",
  productsInShow: "منتجات هذا العرض",
  questions: "الأسئلة",
  openQuestions: (questions) =>
    count(questions, {
      zero: "الأسئلة: #",
      one: "الأسئلة: #",
      two: "الأسئلة: #",
      few: "الأسئلة: #",
      many: "الأسئلة: #",
      other: "الأسئلة: #",
    }),
  openProducts: (products) => count(products, always("المنتجات: #")),
  viewers: (viewers) =>
    count(viewers, {
      zero: "لا مشاهدين",
      one: "مشاهد واحد",
      two: "مشاهدان",
      few: "# مشاهدين",
      many: "# مشاهدًا",
      other: "# مشاهد",
    }),
  host: "المضيف",
  live: "مباشر",
  follow: "متابعة",
  following: "تتابعه",
  share: "مشاركة",
  linkCopied: "نُسخ الرابط",
  linkNotCopied: "تعذّر نسخ الرابط. انسخه من شريط العنوان.",
  about: "عن هذا العرض",
  more: "المزيد",
  opensTab: "يُفتح في علامة تبويب جديدة",
  described: (host) => `${host} يعرض منتجات في بث مباشر.`,
  missing: {
    title: "لا يوجد عرض هنا",
    reason: "قد يكون الرابط قديمًا أو مكتوبًا بشكل خاطئ. اطلب من المضيف رابطًا جديدًا.",
    home: "إلى الصفحة الرئيسية",
  },
  unreachable: {
    title: "يتعذّر الوصول إلى العرض",
    reason: "تحقّق من اتصالك. سنعيد المحاولة تلقائيًا.",
    again: "المحاولة الآن",
  },
  part: {
    missing: "لم يُحمَّل جزء من هذه الصفحة. نعيد المحاولة تلقائيًا.",
    reload: "إعادة تحميل الصفحة",
  },
  ended: {
    title: "انتهى العرض",
    thanks: "شكرًا على المشاهدة.",
    products: "المنتجات ما زالت هنا.",
  },
  soon: {
    title: "يبدأ العرض بعد",
    now: "في أي لحظة الآن…",
    days: (days) => count(days, { zero: "يوم", one: "يوم", two: "يوم", few: "أيام", many: "يومًا", other: "يوم" }),
    hours: (hours) =>
      count(hours, { zero: "ساعة", one: "ساعة", two: "ساعة", few: "ساعات", many: "ساعة", other: "ساعة" }),
    minutes: (minutes) =>
      count(minutes, { zero: "دقيقة", one: "دقيقة", two: "دقيقة", few: "دقائق", many: "دقيقة", other: "دقيقة" }),
    seconds: (seconds) =>
      count(seconds, { zero: "ثانية", one: "ثانية", two: "ثانية", few: "ثوانٍ", many: "ثانية", other: "ثانية" }),
  },
  idle: {
    title: "لا يوجد بث الآن",
    wait: "ابقَ هنا: سيبدأ العرض تلقائيًا عندما ينطلق البث.",
  },
  gate: {
    signInTitle: "سجّل الدخول للمشاهدة",
    signInReason: "هذا العرض متاح لكل من سجّل الدخول، ولا حاجة إلى رمز.",
    title: "هذا العرض خاص",
    reason: "أدخل الرمز الوارد في دعوتك للمشاهدة.",
    code: "الرمز",
    watch: "مشاهدة",
    opening: "جارٍ الفتح…",
    team: "هل أنت من الفريق؟ [تسجيل الدخول]",
    wrong: "هذا الرمز لا يفتح العرض.",
    tooMany: "محاولات كثيرة. انتظر دقيقة ثم حاول مرة أخرى.",
  },
  reminder: {
    tell: "أخبرني عندما يبدأ",
    calendar: "إضافة إلى التقويم",
    pending: "بقي شيء واحد: أكّد بالرابط الذي في بريدنا.",
    told: "سنخبرك عندما يبدأ العرض.",
    ask: "راسلني عندما يبدأ [host] البث",
    on: "سنراسلك عندما يبدأ [host] البث.",
    unconfirmed: "أكّد عنوانك وسنراسلك عندما يبدأ [host] البث.",
    host: "المضيف",
    undo: "تراجع",
  },
};
