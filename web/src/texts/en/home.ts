/** The start page. */
export const texts = {
  title: "Live shopping on your own server",
  badge: "Live shopping",
  heading: "Your show, your shop, your server.",
  lead: "Storecast puts a live show, its chat and its products on one page that you host yourself. Viewers watch, ask and find what you hold up, with its price and the way to your shop.",
  createAccount: "Create an account",
  signIn: "Sign in",
  openStudio: "Open studio",
  watchDemo: "Watch the demo",
  live: "Go live",
  liveText: "Send from OBS, ffmpeg or an encoder. Viewers see it a moment later, in any browser.",
  feature: "Feature a product",
  featureText: "One tap puts it over the picture for everyone, at the moment you hold it up.",
  talk: "Talk",
  talkText: "Chat that keeps its order, for guests and members, with nothing lost on a bad connection.",
  sell: "Sell",
  sellText: "A shelf beside the video: each product with its picture, its price and a link to your shop.",
  reference: "API reference",
};

export type Texts = typeof texts;
