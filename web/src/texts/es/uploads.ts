import type { Texts } from "../en/uploads";

export const texts: Texts = {
  choose: "Elegir vídeos",
  drop: "o suéltalos aquí",
  formats: (size) => `MP4, MOV, WebM, MKV o MPEG, hasta ${size}`,
  beginning: "Preparando…",
  progress: (here, size) => `${here} de ${size}`,
  speed: (speed) => `${speed} por segundo`,
  left: (time) => `quedan ${time}`,
  stalled: "Se ha perdido la conexión. Continuará sola.",
  paused: (here, size) => `En pausa: ${here} de ${size}`,
  sent: "Subido. El vídeo se está preparando.",
  failed: "No ha funcionado.",
  pause: (file) => `Pausar ${file}`,
  resume: "Continuar",
  retry: "Reintentar",
  cancel: (file) => `Cancelar la subida de ${file}`,
  remove: (file) => `Quitar ${file} de la lista`,
  notVideo: (file) => `${file} no es un vídeo que Storecast pueda usar. Elige MP4, MOV, WebM, MKV o MPEG.`,
  empty: (file) => `${file} está vacío.`,
  tooLarge: (file, most) => `${file} es demasiado grande: los vídeos pueden ocupar hasta ${most}.`,
};
