import type { Texts } from "../en/scopes";

export const texts: Texts = {
  channels: "查看、创建、修改和删除您的频道",
  streams: "查看推流密钥，开始和结束直播",
  media: "查看、上传、修改和删除您的录像和视频",
  products: "查看、创建、修改和删除您的商品",
  orders: "查看您的订单，并以您的名义接单",
  chat: "以您的名义读写聊天消息和提问",
  stats: "查看您频道的统计数据",
  team: "查看和更改您的团队成员",
  billing: "查看和更改您的套餐",
  apps: "查看和更改您已连接的店铺和应用",
  profile: "查看和修改您的个人资料",
  operator: "管理本站（如果您是运营者）",
};
