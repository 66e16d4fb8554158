import type { Texts } from "../en/polls";
import { plurals } from "../plurals";

const count = plurals("ar");

export const texts: Texts = {
  title: "استطلاع",
  opened: (question) => `استطلاع مفتوح: ${question}`,
  over: "انتهى الاستطلاع",
  result: (question, answers) => `انتهى الاستطلاع: ${question} اختار الأكثرون ${answers}.`,
  overWithout: (question) => `انتهى الاستطلاع: ${question}`,
  votes: (votes) =>
    count(votes, {
      zero: "لا أصوات",
      one: "صوت واحد",
      two: "صوتان",
      few: "# أصوات",
      many: "# صوتًا",
      other: "# صوت",
    }),
  left: (time) => `بقي ${time}`,
  closing: "جارٍ الإغلاق…",
  answers: "الأجوبة",
  yours: "اختيارك",
  leads: "الأكثر أصواتًا",
  share: (votes, share) =>
    count(votes, {
      zero: `لا أصوات، ${share}`,
      one: `صوت واحد، ${share}`,
      two: `صوتان، ${share}`,
      few: `# أصوات، ${share}`,
      many: `# صوتًا، ${share}`,
      other: `# صوت، ${share}`,
    }),
  fold: "تصغير الاستطلاع",
  unfold: "عرض الاستطلاع",
  dismiss: "إخفاء الاستطلاع",
};
