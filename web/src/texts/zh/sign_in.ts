import type { Texts } from "../en/sign_in";

export const texts: Texts = {
  email: "邮箱",
  password: "密码",
  passwordHint: "至少 8 个字符。",
  submit: "登录",
  submitting: "正在登录…",
  wrongPassword: "邮箱或密码不正确。",
  withPasskey: "使用通行密钥登录",
  unknownPasskey: "此通行密钥在这里没有对应的账号。",
  forgot: "忘记密码？",
  newHere: "还没有账号？[立即注册]",

  createAccount: "创建账号",
  creating: "正在创建…",
  haveAccount: "已有账号？[直接登录]",

  forgotText: "请填写您的邮箱，我们会发送链接，供您设置新密码。",
  mailLink: "发送链接",
  linkMailed: "如果[此邮箱]在这里有账号，含链接的邮件已在途中。链接一小时内有效。",
  back: "返回登录",

  tooLate: "等待时间过长。请返回重新登录。",
  usePasskey: "使用通行密钥",
  or: "或",
  recoveryCode: "恢复代码",
  recoveryHint: "您设置时保存的代码之一，每个只能使用一次。",
  appCode: "身份验证应用中的代码",
  appCodeHint: "六位数字，每 30 秒更新一次。",
  useApp: "使用身份验证应用",
  useRecoveryCode: "使用恢复代码",
  operatorsNeedMore: "本站的运营者需要开启两步验证。请先[完成设置]。",

  hasPasskey: "此设备上已有您账号的通行密钥。",
  passkeysNeedName: "通行密钥无法在此地址使用。请通过网站的正式域名打开。",
  passkeyFailed: "此设备无法完成操作。请尝试其他通行密钥。",
};
