import type { Texts } from "../en/home";

export const texts: Texts = {
  title: "Le live shopping sur votre propre serveur",
  badge: "Live shopping",
  heading: "Votre émission, votre boutique, votre serveur.",
  lead: "Storecast réunit une émission en direct, son chat et ses produits sur une page que vous hébergez vous-même. Vos spectateurs regardent, posent leurs questions et trouvent ce que vous montrez, avec son prix et le chemin vers votre boutique.",
  createAccount: "Créer un compte",
  signIn: "Se connecter",
  openStudio: "Ouvrir le studio",
  watchDemo: "Voir la démo",
  live: "Passez en direct",
  liveText:
    "Diffusez avec OBS, ffmpeg ou un encodeur. Vos spectateurs vous voient un instant plus tard, dans tout navigateur.",
  feature: "Mettez un produit en avant",
  featureText: "D’un geste, il s’affiche sur l’image pour tous, au moment où vous le montrez.",
  talk: "Échangez",
  talkText:
    "Un chat qui garde l’ordre, pour les invités comme pour les membres. Rien ne se perd, même avec une mauvaise connexion.",
  sell: "Vendez",
  sellText: "Un rayon à côté de la vidéo : chaque produit avec sa photo, son prix et un lien vers votre boutique.",
  reference: "Référence de l’API",
};
