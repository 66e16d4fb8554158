import type { Texts } from "../en/polls";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  title: "投票",
  opened: (question) => `投票开始：${question}`,
  over: "投票已结束",
  result: (question, answers) => `投票已结束：${question} 得票最多的是${answers}。`,
  overWithout: (question) => `投票已结束：${question}`,
  votes: (votes) => count(votes, { other: "# 票" }),
  left: (time) => `剩余 ${time}`,
  closing: "正在结束…",
  answers: "选项",
  yours: "您的选择",
  leads: "得票最多",
  share: (votes, share) => count(votes, { other: `# 票，${share}` }),
  fold: "收起投票",
  unfold: "展开投票",
  dismiss: "隐藏投票",
};
