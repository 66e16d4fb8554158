import type { Texts } from "../en/home";

export const texts: Texts = {
  title: "Live-Shopping auf dem eigenen Server",
  badge: "Live-Shopping",
  heading: "Ihre Show, Ihr Shop, Ihr Server.",
  lead: "Storecast bringt eine Liveshow, ihren Chat und ihre Produkte auf eine Seite, die Sie selbst betreiben. Zuschauer sehen zu, fragen nach und finden, was Sie zeigen: mit Preis und dem Weg in Ihren Shop.",
  createAccount: "Konto erstellen",
  signIn: "Anmelden",
  openStudio: "Studio öffnen",
  watchDemo: "Demo ansehen",
  live: "Live gehen",
  liveText: "Senden Sie mit OBS, ffmpeg oder einem Encoder. Zuschauer sehen es einen Moment später, in jedem Browser.",
  feature: "Ein Produkt hervorheben",
  featureText: "Ein Tippen legt es für alle über das Bild, in dem Moment, in dem Sie es hochhalten.",
  talk: "Reden",
  talkText:
    "Ein Chat, der seine Reihenfolge behält, für Gäste und Mitglieder. Auch bei schlechter Verbindung geht nichts verloren.",
  sell: "Verkaufen",
  sellText: "Ein Regal neben dem Video: jedes Produkt mit Bild, Preis und einem Link in Ihren Shop.",
  reference: "API-Referenz",
};
