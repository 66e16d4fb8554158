import type { Texts } from "../en/questions";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  title: "الأسئلة",
  open: "مفتوحة",
  answered: "أُجيب عنها",
  mine: "أسئلتي",
  which: "أي الأسئلة",
  loading: "جارٍ تحميل الأسئلة…",
  failed: "تعذّر تحميل الأسئلة.",
  none: "لا توجد أسئلة بعد",
  beFirst: "اطرح السؤال الأول. يمكن للجميع التصويت لما يجيب عنه المضيف.",
  noneAnswered: "لم يُجب عن شيء بعد",
  newOrder: "ترتيب جديد",
  newQuestions: (questions) =>
    count(questions, {
      zero: "لا أسئلة جديدة",
      one: "سؤال جديد واحد",
      two: "سؤالان جديدان",
      few: "# أسئلة جديدة",
      many: "# سؤالًا جديدًا",
      other: "# سؤال جديد",
    }),
  more: "عرض المزيد",
  vote: (votes) =>
    count(votes, {
      zero: "صوّت له، لا أصوات",
      one: "صوّت له، صوت واحد",
      two: "صوّت له، صوتان",
      few: "صوّت له، # أصوات",
      many: "صوّت له، # صوتًا",
      other: "صوّت له، # صوت",
    }),
  votes: (votes) =>
    count(votes, {
      zero: "لا أصوات",
      one: "صوت واحد",
      two: "صوتان",
      few: "# أصوات",
      many: "# صوتًا",
      other: "# صوت",
    }),
  pinned: "مثبّت",
  isAnswered: "أُجيب عنه",
  answering: "يُجاب عنه الآن",
  yours: "سؤالك",
  waits: "بانتظار فريق المضيف",
  anonymous: "مجهول",
  hostSays: "جواب المضيف",
  dismiss: "إخفاء السؤال الذي يُجاب عنه",
  ask: {
    label: "سؤالك",
    placeholder: "اسأل المضيف",
    send: "اسأل",
    anonymously: "دون ذكر الاسم",
    anonymouslyHint: "لا يرى المشاهدون من يسأل، ويراه فريق المضيف.",
  },
  news: {
    asked: "طُرح سؤالك.",
    held: "سؤالك بانتظار فريق المضيف.",
    shown: "يظهر سؤالك الآن.",
    refused: "لم يقبل فريق المضيف سؤالك.",
  },
};
