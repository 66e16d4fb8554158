import type { Texts } from "../en/chat";

export const texts: Texts = {
  people: "聊天中的人",
  copy: "复制文字",
  copied: "文字已复制",
  notCopied: "无法复制文字。",
  emoji: {
    title: "表情符号",
    search: "搜索表情",
    none: "没有叫这个名字的表情。",
    found: "搜索结果",
    recent: "最近使用",
    smileys: "表情",
    people: "人物与手势",
    hearts: "爱心与符号",
    shopping: "购物",
    food: "饮食",
    nature: "自然与休闲",
  },
};
