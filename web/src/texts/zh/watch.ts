import type { Texts } from "../en/watch";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  title: "直播",
  loading: "正在加载直播",
  signIn: "登录",
  signOut: "退出登录",
  account: "账号",
  studio: "工作室",
  show: "本场直播",
  products: "商品",
  productsInShow: "本场商品",
  openProducts: (products) => count(products, { other: "商品：#" }),
  viewers: (viewers) => count(viewers, { other: "# 人在看" }),
  host: "主播",
  live: "直播中",
  follow: "关注",
  following: "已关注",
  share: "分享",
  linkCopied: "链接已复制",
  linkNotCopied: "链接复制失败，请从地址栏复制。",
  about: "关于本场直播",
  more: "更多",
  opensTab: "在新标签页中打开",
  described: (host) => `${host} 正在直播展示商品。`,
  missing: {
    title: "这里没有直播",
    reason: "链接可能已失效或输入有误，请向主播索取新链接。",
    home: "返回首页",
  },
  unreachable: {
    title: "无法连接直播",
    reason: "请检查网络，我们会自动重试。",
    again: "立即重试",
  },
  part: {
    missing: "此页面的一部分未能加载。我们会自动重试。",
    reload: "重新加载页面",
  },
  ended: {
    title: "直播已结束",
    thanks: "感谢观看。",
    products: "商品仍可在此查看。",
  },
  soon: {
    title: "距离开播还有",
    now: "马上开始…",
    days: (days) => count(days, { other: "天" }),
    hours: (hours) => count(hours, { other: "小时" }),
    minutes: (minutes) => count(minutes, { other: "分" }),
    seconds: (seconds) => count(seconds, { other: "秒" }),
  },
  idle: {
    title: "当前未开播",
    wait: "留在这里，开播后会自动播放。",
  },
  gate: {
    signInTitle: "登录后观看",
    signInReason: "登录后即可观看，无需邀请码。",
    title: "这是私密直播",
    reason: "请输入您收到的邀请码。",
    code: "邀请码",
    watch: "观看",
    opening: "正在打开…",
    team: "是团队成员？[登录]",
    wrong: "这个邀请码不正确。",
    tooMany: "尝试次数过多，请一分钟后再试。",
  },
  reminder: {
    ask: "[host] 开播时发邮件提醒我",
    on: "[host] 开播时我们会发邮件提醒您。",
    unconfirmed: "确认邮箱后，[host] 开播时我们会发邮件提醒您。",
    host: "主播",
    undo: "撤销",
  },
};
