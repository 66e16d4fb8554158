import type { Texts } from "../en/covers";

export const texts: Texts = {
  title: "Imágenes",
  cover: "Portada",
  coverHint: "Se ve en listas, antes y después de tu show y donde se comparte su enlace. Mejor 1920 × 1080.",
  background: "Fondo",
  backgroundHint: "Está detrás del reproductor en pantallas anchas.",
  choose: "Elige una imagen o suéltala aquí",
  replace: "Cambiar",
  remove: "Quitar",
  chooseCover: "Elegir portada",
  chooseBackground: "Elegir fondo",
  removeCover: "Quitar la portada",
  removeBackground: "Quitar el fondo",
  dropped: "Suéltala aquí",
  saved: "La imagen ya se muestra",
  removed: "La imagen se ha quitado.",
  undo: "Deshacer",
};
