import type { Texts } from "../en/home";

export const texts: Texts = {
  title: "Compras en directo en tu propio servidor",
  badge: "Compras en directo",
  heading: "Tu show, tu tienda, tu servidor.",
  lead: "Storecast reúne un show en directo, su chat y sus productos en una página que alojas tú. Tus espectadores miran, preguntan y encuentran lo que enseñas, con su precio y el camino a tu tienda.",
  createAccount: "Crear una cuenta",
  signIn: "Iniciar sesión",
  openStudio: "Abrir el estudio",
  watchDemo: "Ver la demo",
  live: "Emite en directo",
  liveText: "Transmite con OBS, ffmpeg o un codificador. Te ven un momento después, en cualquier navegador.",
  feature: "Destaca un producto",
  featureText: "Con un toque aparece sobre la imagen para todos, justo cuando lo enseñas.",
  talk: "Conversa",
  talkText: "Un chat que mantiene su orden, para invitados y miembros. No se pierde nada, ni con mala conexión.",
  sell: "Vende",
  sellText: "Un estante junto al vídeo: cada producto con su foto, su precio y un enlace a tu tienda.",
  reference: "Referencia de la API",
};
