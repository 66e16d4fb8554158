import type { Texts } from "../en/subscribe";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  title: "أخبرني",
  intro: "نخبرك عندما يبدأ [show].",
  by: "كيف",
  email: "بالبريد الإلكتروني",
  sms: "برسالة نصية",
  address: "عنوان البريد الإلكتروني",
  country: "البلد",
  number: "رقم الجوال",
  when: "متى",
  start: "عند البداية",
  before: {
    minutes: (minutes) =>
      count(minutes, {
        zero: "عند البداية",
        one: "قبل دقيقة",
        two: "قبل دقيقتين",
        few: "قبل # دقائق",
        many: "قبل # دقيقة",
        other: "قبل # دقيقة",
      }),
    hours: (hours) =>
      count(hours, {
        zero: "عند البداية",
        one: "قبل ساعة",
        two: "قبل ساعتين",
        few: "قبل # ساعات",
        many: "قبل # ساعة",
        other: "قبل # ساعة",
      }),
    days: (days) =>
      count(days, {
        zero: "في اليوم نفسه",
        one: "قبل يوم",
        two: "قبل يومين",
        few: "قبل # أيام",
        many: "قبل # يومًا",
        other: "قبل # يوم",
      }),
  },
  send: "أخبرني",
  sending: "جارٍ الإرسال…",
  consent: "تذكر كل رسالة كيف توقفها.",
  mailedTitle: "انظر في بريدك",
  mailed: "كتبنا إلى [address]. أكّد بالرابط الذي فيها؛ لا نرسل شيئًا آخر قبل ذلك.",
  spam: "لا شيء بعد دقائق؟ انظر في البريد غير المرغوب فيه.",
  codeTitle: "أدخل الرمز",
  codeSent: "أرسلنا رمزًا إلى [number].",
  code: "الرمز",
  codeHint: "ستة أرقام، صالح لعشر دقائق",
  confirm: "تأكيد",
  other: "استعمال عنوان آخر",
  otherNumber: "استعمال رقم آخر",
  doneTitle: "سنخبرك",
  done: "نرسل رسالة نصية عندما يبدأ العرض. أجب بكلمة STOP لإيقافها.",
  close: "إغلاق",
  calendar: "إضافة إلى التقويم",
  calendarMenu: "إلى أي تقويم",
  file: "Apple وغيره (ICS)",
  google: "تقويم Google",
  outlook: "Outlook",
  opensTab: "يُفتح في علامة تبويب جديدة",
};
