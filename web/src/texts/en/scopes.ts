/** What a token or an app may do, by the scope's name; the API describes each in English alone. */
export const texts = {
  channels: "See, create, change and delete your channels",
  streams: "See your stream keys, and start and stop your live shows",
  media: "See, upload, change and delete your recordings and videos",
  products: "See, create, change and delete your products",
  orders: "See your orders, and take orders in your name",
  chat: "Read and write chat messages and questions in your name",
  stats: "See the statistics of your channels",
  team: "See and change who is in your teams",
  billing: "See and change your plan",
  apps: "See and change the shops and apps you have connected",
  profile: "See and change your profile",
  operator: "Operate this installation, where you are one of its operators",
};

export type Texts = typeof texts;
