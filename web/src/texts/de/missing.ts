import type { Texts } from "../en/missing";

export const texts: Texts = {
  title: "Seite nicht gefunden",
  heading: "Hier ist nichts",
  reason: "Der Link ist vielleicht veraltet oder falsch geschrieben.",
  home: "Zur Startseite",
};
