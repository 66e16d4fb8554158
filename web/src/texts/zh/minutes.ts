import type { Texts } from "../en/minutes";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  left: (minutes) => count(minutes, { other: "本月还剩 # 分钟直播时间" }),
  counting: (time) => `本月还剩 ${time}`,
  ending: (time) => `分钟数已用完：直播将在 ${time} 后结束`,
  spent: (date) => `本月的直播分钟数已用完。您可以从 ${date} 起再次开播。`,
  nowLow: "本月的直播分钟数已用去五分之四。",
  nowGrace: "本月的直播分钟数已用完。直播会再持续片刻，然后结束。",
  nowSpent: "直播已结束，因为本月的直播分钟数已用完。",
};
