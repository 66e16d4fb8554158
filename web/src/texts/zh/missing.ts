import type { Texts } from "../en/missing";

export const texts: Texts = {
  title: "找不到页面",
  heading: "这里什么也没有",
  reason: "链接可能已失效或输入有误。",
  home: "返回首页",
};
