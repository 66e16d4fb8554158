import type { Texts } from "../en/aslive";

export const texts: Texts = {
  onDemand: "A la carta",
  onDemandHint: "Los espectadores eligen entre tus vídeos. Con una hora de inicio, la lista sale en directo sola.",
  live: "Como en directo",
  noStart: "Fija un inicio y la lista saldrá en directo sola.",
  noCountdown: "Activa la cuenta atrás: sin ella nada sale en directo solo.",
  past: "Esa hora ya ha pasado: elige otra posterior.",
  coming: "Tu lista sale en directo por sí sola",
  comingAt: (when) => `El ${when}.`,
  missed: "Tu lista no salió en directo",
  toSettings: "Cambiarlo en Ajustes",
  plan: (when, length) => `Sale en directo solo: ${when}, durante ${length}.`,
  same: "Todos ven el mismo momento y el chat es en directo. Hasta entonces se ve la cuenta atrás en lugar de los vídeos.",
  nothing: "Ninguno de los vídeos que ven los espectadores está listo.",
  plays: "Se emite",
  notReady: "No está listo: se omite",
  leftOut: "Omitidos porque no estaban listos:",
  end: "No se graba: tus vídeos vuelven a estar disponibles uno a uno.",

  states: {
    waiting: "En espera",
    playing: "En el aire",
    ended: "Terminado",
    missed: "No emitido",
    failed: "Ha fallado",
  },
  reasons: {
    stopped: "Lo has terminado tú.",
    encoder: "Había un codificador en el aire a la hora de inicio.",
    down: "El servidor estuvo caído todo ese tiempo.",
    no_videos: "Ningún vídeo estaba listo.",
    unreachable: "El servidor no lo dejó pasar en ningún momento.",
  },
};
