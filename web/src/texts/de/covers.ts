import type { Texts } from "../en/covers";

export const texts: Texts = {
  title: "Bilder",
  cover: "Titelbild",
  coverHint: "Erscheint in Listen, vor und nach Ihrer Show und wo ihr Link geteilt wird. Am besten 1920 × 1080.",
  background: "Hintergrund",
  backgroundHint: "Liegt auf breiten Bildschirmen hinter dem Player.",
  choose: "Bild auswählen oder hier ablegen",
  replace: "Ersetzen",
  remove: "Entfernen",
  chooseCover: "Titelbild auswählen",
  chooseBackground: "Hintergrund auswählen",
  removeCover: "Titelbild entfernen",
  removeBackground: "Hintergrund entfernen",
  dropped: "Hier ablegen",
  saved: "Das Bild wird gezeigt",
  removed: "Das Bild ist entfernt.",
  undo: "Rückgängig",
};
