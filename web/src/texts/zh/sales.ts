import type { Texts } from "../en/sales";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  title: "本场销售",
  titleOffAir: "最近 24 小时的销售",
  carts: "未结购物车",
  orders: "订单",
  revenue: "销售额",
  toOrders: "查看订单",
  stale: "无法加载数据，正在重试。",
  coupon: "优惠券",

  left: (pieces) => count(pieces, { other: "剩 # 件" }),
  inCarts: (pieces) => count(pieces, { other: "购物车中 # 件" }),
  sold: (pieces) => count(pieces, { other: "已售 # 件" }),
  soldOut: "售罄",
  deal: (price) => `特价：${price}`,
  small: "小",

  more: (name) => `置顶与特价：${name}`,
  pins: "画面中置顶",
  pinLarge: "大，画面上方",
  pinSmall: "小，画面旁边",
  pinNone: "不置顶",
  pinHint: "同时最多一个大的和两个小的。",

  flash: "限时特价",
  flashText: "短时间内的优惠价，画面中显示倒计时。",
  price: (currency) => `价格（${currency}）`,
  usually: (price) => `平时 ${price}`,
  bound: "结束方式",
  bySeconds: "按秒数",
  byPieces: "按件数",
  seconds: "秒数",
  pieces: "件数",
  start: "开始特价",
  end: "结束特价",
  started: (name) => `${name} 的特价已开始`,
  ended: (name) => `${name} 的特价已结束`,
  needPrice: (price) => `请输入低于 ${price} 的价格`,
  needCount: (most) => `请输入 1 到 ${most} 的整数`,

  couponTitle: "置顶优惠券",
  couponText: "观众可以看到并轻点领取。一次一张。",
  couponNone: "目前没有可用的优惠券。",
  couponMake: "前往您的优惠券",
  pin: "置顶",
  unpin: "取消置顶",
  pinCoupon: (code) => `置顶 ${code}`,
  unpinCoupon: (code) => `取消置顶 ${code}`,
  pinnedCoupon: (code) => `${code} 已置顶`,
  unpinnedCoupon: (code) => `${code} 已取消置顶`,
};
