import type { Texts } from "../en/uploads";

export const texts: Texts = {
  choose: "选择视频",
  drop: "或拖放到此处",
  formats: (size) => `MP4、MOV、WebM、MKV 或 MPEG，最大 ${size}`,
  beginning: "正在准备…",
  progress: (here, size) => `${here} / ${size}`,
  speed: (speed) => `每秒 ${speed}`,
  left: (time) => `还剩 ${time}`,
  stalled: "连接已断开，将自动继续。",
  paused: (here, size) => `已暂停：${here} / ${size}`,
  sent: "已上传，正在处理视频。",
  failed: "未能成功。",
  pause: (file) => `暂停 ${file}`,
  resume: "继续",
  retry: "重试",
  cancel: (file) => `取消上传 ${file}`,
  remove: (file) => `从列表中移除 ${file}`,
  notVideo: (file) => `Storecast 无法使用 ${file}。请选择 MP4、MOV、WebM、MKV 或 MPEG。`,
  empty: (file) => `${file} 是空文件。`,
  tooLarge: (file, most) => `${file} 太大：视频最大 ${most}。`,
};
