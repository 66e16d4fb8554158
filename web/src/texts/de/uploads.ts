import type { Texts } from "../en/uploads";

export const texts: Texts = {
  choose: "Videos auswählen",
  drop: "oder hier ablegen",
  formats: (size) => `MP4, MOV, WebM, MKV oder MPEG, bis ${size}`,
  beginning: "Wird vorbereitet …",
  progress: (here, size) => `${here} von ${size}`,
  speed: (speed) => `${speed} pro Sekunde`,
  left: (time) => `noch ${time}`,
  stalled: "Die Verbindung ist weg. Es geht von selbst weiter.",
  paused: (here, size) => `Angehalten bei ${here} von ${size}`,
  sent: "Hochgeladen. Das Video wird aufbereitet.",
  failed: "Das hat nicht geklappt.",
  pause: (file) => `${file} anhalten`,
  resume: "Fortsetzen",
  retry: "Erneut versuchen",
  cancel: (file) => `Hochladen von ${file} abbrechen`,
  remove: (file) => `${file} aus der Liste nehmen`,
  notVideo: (file) => `${file} ist kein Video, das Storecast verwenden kann. Wählen Sie MP4, MOV, WebM, MKV oder MPEG.`,
  empty: (file) => `${file} ist leer.`,
  tooLarge: (file, most) => `${file} ist zu groß: Videos können bis ${most} groß sein.`,
};
