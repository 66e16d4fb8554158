import type { Texts } from "../en/mailed";

export const texts: Texts = {
  verify: {
    title: "确认您的邮箱",
    done: "您的邮箱已确认",
    already: "您的邮箱已经确认过了",
    alreadyText: "这里没有其他事要做了。",
    over: "这个链接已过期",
    overText: "请打开您的账号，重新发送一个链接。",
    refused: "此链接无效",
    refusedText: "链接不完整，或属于另一个邮箱。请打开您的账号，重新发送一个链接。",
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
    faults: {
      used: "这个链接已被使用，或密码在此之后已经设置。",
      over: "这个链接已过期。",
      unknown: "这个链接不完整，或属于另一个邮箱。",
    },
    newLink: "获取新链接",
    newPassword: "新密码",
    set: "设置密码",
  },
};
