import type { Texts } from "../en/uploads";

export const texts: Texts = {
  choose: "اختيار مقاطع فيديو",
  drop: "أو أفلتها هنا",
  formats: (size) => `MP4 أو MOV أو WebM أو MKV أو MPEG، حتى ${size}`,
  beginning: "جارٍ التحضير…",
  progress: (here, size) => `${here} من ${size}`,
  speed: (speed) => `${speed} في الثانية`,
  left: (time) => `المتبقي ${time}`,
  stalled: "انقطع الاتصال. سيُستأنف الرفع تلقائياً.",
  paused: (here, size) => `متوقف عند ${here} من ${size}`,
  sent: "تم الرفع. يجري تجهيز الفيديو.",
  failed: "لم ينجح ذلك.",
  pause: (file) => `إيقاف ${file} مؤقتاً`,
  resume: "متابعة",
  retry: "إعادة المحاولة",
  cancel: (file) => `إلغاء رفع ${file}`,
  remove: (file) => `إزالة ${file} من القائمة`,
  notVideo: (file) => `لا يمكن لـ Storecast استخدام ${file} كفيديو. اختر MP4 أو MOV أو WebM أو MKV أو MPEG.`,
  empty: (file) => `${file} فارغ.`,
  tooLarge: (file, most) => `${file} كبير جداً: يمكن أن يصل حجم الفيديو إلى ${most}.`,
};
