import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "确认您的邮箱",
    done: "您的邮箱已确认",
    refused: "此链接无效",
    refusedText: "链接已过期、不完整，或属于其他邮箱。请打开您的账号，重新发送链接。",
    text: "有人用[此邮箱]注册了账号。如果是您本人，请确认。",
    openStudio: "打开工作室",
    openAccount: "打开您的账号",
    confirming: "正在确认…",
    confirm: "确认此邮箱",
  },
  reset: {
    title: "设置密码",
    done: "密码已设置",
    doneText: "请用新密码登录。之前登录的设备均已退出。",
    signIn: "登录",
    again: "设置新密码",
    whose: "账号：[此邮箱]",
    tooOld: "此链接已过期，或已被使用。",
    newLink: "获取新链接",
    newPassword: "新密码",
    set: "设置密码",
  },
};
