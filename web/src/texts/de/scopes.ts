import type { Texts } from "../en/scopes";

export const texts: Texts = {
  channels: "Ihre Kanäle sehen, anlegen, ändern und löschen",
  streams: "Ihre Streamschlüssel sehen, Ihre Liveshows starten und beenden",
  media: "Ihre Aufzeichnungen und Videos sehen, hochladen, ändern und löschen",
  products: "Ihre Produkte sehen, anlegen, ändern und löschen",
  orders: "Ihre Bestellungen sehen und in Ihrem Namen Bestellungen annehmen",
  chat: "In Ihrem Namen Chatnachrichten und Fragen lesen und schreiben",
  stats: "Die Statistik Ihrer Kanäle sehen",
  team: "Sehen und ändern, wer zu Ihren Teams gehört",
  billing: "Ihren Tarif sehen und ändern",
  apps: "Die Shops und Apps sehen und ändern, die Sie verbunden haben",
  profile: "Ihr Profil sehen und ändern",
  operator: "Diese Installation betreiben, wenn Sie zu ihren Betreibern gehören",
};
