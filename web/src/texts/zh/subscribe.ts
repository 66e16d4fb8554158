import type { Texts } from "../en/subscribe";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  title: "开播提醒",
  intro: "[show]开始时我们会提醒您。",
  by: "提醒方式",
  email: "邮件",
  sms: "短信",
  address: "邮箱地址",
  country: "国家或地区",
  number: "手机号码",
  when: "提醒时间",
  start: "开始时",
  before: {
    minutes: (minutes) => count(minutes, { other: "提前 # 分钟" }),
    hours: (hours) => count(hours, { other: "提前 # 小时" }),
    days: (days) => count(days, { other: "提前 # 天" }),
  },
  send: "提醒我",
  sending: "正在发送…",
  consent: "每条消息都会说明如何退订。",
  mailedTitle: "请查看邮箱",
  mailed: "我们已发邮件到 [address]。请点击其中的链接确认，在此之前不会再发送任何内容。",
  spam: "几分钟后还没收到？请看看垃圾邮件。",
  codeTitle: "输入验证码",
  codeSent: "验证码已发送到 [number]。",
  code: "验证码",
  codeHint: "六位数字，10 分钟内有效",
  confirm: "确认",
  other: "换一个邮箱",
  otherNumber: "换一个号码",
  doneTitle: "到时会提醒您",
  done: "直播开始时我们会发短信。回复 STOP 即可退订。",
  close: "关闭",
  calendar: "添加到日历",
  calendarMenu: "添加到哪个日历",
  file: "Apple 及其他（ICS）",
  google: "Google 日历",
  outlook: "Outlook",
  opensTab: "在新标签页中打开",
};
