import type { Texts } from "../en/home";

export const texts: Texts = {
  title: "在自己的服务器上直播带货",
  badge: "直播购物",
  heading: "您的直播，您的店铺，您的服务器。",
  lead: "Storecast 将直播、聊天和商品集中在一个由您自行托管的页面上。观众边看边问，随时找到您展示的商品、价格和通往您店铺的链接。",
  createAccount: "创建账号",
  signIn: "登录",
  openStudio: "打开工作室",
  watchDemo: "观看演示",
  live: "开始直播",
  liveText: "用 OBS、ffmpeg 或编码器推流，观众片刻之后即可在任何浏览器中观看。",
  feature: "推荐商品",
  featureText: "轻点一下，商品就在您展示的那一刻显示在所有人的画面上。",
  talk: "互动聊天",
  talkText: "访客和会员都能参与，消息顺序不乱，网络不佳也不会丢失。",
  sell: "带货",
  sellText: "视频旁的货架：每件商品都有图片、价格和通往您店铺的链接。",
  reference: "API 参考",
};
