import type { Texts } from "../en/questions";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  title: "提问",
  open: "待回答",
  answered: "已回答",
  mine: "我的",
  which: "哪些提问",
  loading: "正在加载提问…",
  failed: "提问加载失败。",
  none: "还没有提问",
  beFirst: "来提第一个问题吧。大家都可以投票选出希望主播回答的问题。",
  noneAnswered: "还没有回答过的提问",
  newOrder: "顺序已更新",
  newQuestions: (questions) => count(questions, { other: "# 个新提问" }),
  more: "显示更多",
  vote: (votes) => count(votes, { other: "投一票，现有 # 票" }),
  votes: (votes) => count(votes, { other: "# 票" }),
  pinned: "置顶",
  isAnswered: "已回答",
  answering: "正在回答",
  yours: "您的提问",
  waits: "等待主播团队审核",
  anonymous: "匿名",
  hostSays: "主播的回答",
  dismiss: "隐藏正在回答的提问",
  ask: {
    label: "您的问题",
    placeholder: "向主播提问",
    send: "提问",
    anonymously: "匿名",
    anonymouslyHint: "观众看不到提问者，主播团队可以看到。",
  },
  news: {
    asked: "您的问题已提出。",
    held: "您的问题正在等待主播团队审核。",
    shown: "您的问题现在可以看到了。",
    refused: "主播团队没有采纳您的问题。",
  },
};
