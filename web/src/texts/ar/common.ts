import type { Texts } from "../en/common";

export const texts: Texts = {
  close: "إغلاق",
  cancel: "إلغاء",
  save: "حفظ",
  saving: "جارٍ الحفظ…",
  sending: "جارٍ الإرسال…",
  checking: "جارٍ التحقق…",
  loading: "جارٍ التحميل…",
  oneMoment: "لحظة من فضلك…",
  tryAgain: "إعادة المحاولة",
  continue: "متابعة",
  copy: "نسخ",
  copied: "تم النسخ",
  copyThis: (what) => `نسخ: ${what}`,
  reveal: (what) => `إظهار: ${what}`,
  justNow: "الآن",
  name: "الاسم",
  language: "اللغة",
  unsaved: {
    title: "هل تريد تجاهل التغييرات؟",
    text: "ما كتبته لم يُحفظ بعد.",
    discard: "تجاهل",
  },

  you: "أنت",
  yourAccount: (name) => `حسابك، ${name}`,
  studio: "الاستوديو",
  signOut: "تسجيل الخروج",

  reminder: "تذكير",
  confirmAddress: "يُرجى تأكيد عنوانك: أرسلنا رابطًا إلى [عنوانك].",
  sendAgain: "إعادة الإرسال",
  linkSent: "الرابط في طريقه إليك. تحقَّق من بريدك.",
  mailsKept: "لا يوجد خادم بريد مُعَد هنا: الرسالة على الخادم، في \u2066DATA/mail\u2069.",

  welcome: "مرحبًا بك في Storecast",
  notLoaded: "تعذَّر التحميل. تحقَّق من اتصالك، ثم أغلِق هذه النافذة وأعِد المحاولة.",
  signedOut: "تم تسجيل خروجك",
  signedOutText: "سجِّل الدخول للمتابعة. ما كتبته لا يزال هنا.",
};
