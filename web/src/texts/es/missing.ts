import type { Texts } from "../en/missing";

export const texts: Texts = {
  title: "Página no encontrada",
  heading: "Aquí no hay nada",
  reason: "Puede que el enlace sea antiguo o esté mal escrito.",
  home: "Ir a la página de inicio",
};
