import type { Texts } from "../en/covers";

export const texts: Texts = {
  title: "图片",
  cover: "封面",
  coverHint: "显示在列表中、直播前后，以及分享链接时。建议 1920 × 1080。",
  background: "背景",
  backgroundHint: "在宽屏上显示于播放器后方。",
  choose: "选择图片，或拖放到此处",
  replace: "更换",
  remove: "移除",
  chooseCover: "选择封面",
  chooseBackground: "选择背景",
  removeCover: "移除封面",
  removeBackground: "移除背景",
  dropped: "拖放到此处",
  saved: "图片已显示",
  removed: "图片已移除。",
  undo: "撤销",
};
