import type { Texts } from "../en/common";

export const texts: Texts = {
  close: "关闭",
  cancel: "取消",
  save: "保存",
  saving: "正在保存…",
  sending: "正在发送…",
  checking: "正在验证…",
  loading: "正在加载…",
  oneMoment: "请稍候…",
  tryAgain: "重试",
  continue: "继续",
  copy: "复制",
  copied: "已复制",
  copyThis: (what) => `复制${what}`,
  reveal: (what) => `显示${what}`,
  justNow: "刚刚",
  name: "名称",
  language: "语言",
  unsaved: {
    title: "要放弃修改吗？",
    text: "您填写的内容尚未保存。",
    discard: "放弃",
  },

  you: "您",
  yourAccount: (name) => `您的账号，${name}`,
  studio: "工作室",
  signOut: "退出登录",

  reminder: "提醒",
  confirmAddress: "请确认您的邮箱：我们已将链接发送至[您的邮箱]。",
  sendAgain: "重新发送",
  linkSent: "链接已发送，请查收邮件。",
  mailsKept: "此处未设置邮件服务器：邮件保存在服务器的 DATA/mail 中。",

  welcome: "欢迎使用 Storecast",
  notLoaded: "加载失败。请检查网络连接，关闭此窗口后重试。",
  signedOut: "您已退出登录",
  signedOutText: "请登录以继续。您填写的内容仍在此处。",
};
