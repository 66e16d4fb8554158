import type { Texts } from "../en/aslive";

export const texts: Texts = {
  onDemand: "À la demande",
  onDemandHint:
    "Les spectateurs choisissent parmi vos vidéos. Avec un début fixé, la liste passe en direct d’elle-même.",
  live: "Comme en direct",
  noStart: "Fixez un début, et la liste passera en direct d’elle-même.",
  noCountdown: "Activez le compte à rebours : sans lui, rien ne passe en direct de soi-même.",
  past: "Cette heure est passée : choisissez-en une plus tardive.",
  coming: "Votre playlist passe en direct toute seule",
  comingAt: (when) => `Le ${when}.`,
  missed: "Votre playlist n’est pas passée en direct",
  toSettings: "Modifier dans les réglages",
  plan: (when, length) => `Passe en direct de lui-même : ${when}, pendant ${length}.`,
  same: "Tous voient le même instant, et le chat est en direct. D’ici là, on voit le compte à rebours au lieu des vidéos.",
  nothing: "Aucune des vidéos visibles n’est encore prête.",
  plays: "Au programme",
  notReady: "Pas prête : elle est laissée de côté",
  leftOut: "Laissées de côté, car pas prêtes :",
  end: "Il n’est pas enregistré : vos vidéos sont de nouveau visibles une à une.",

  states: { waiting: "En attente", playing: "À l’antenne", ended: "Terminé", missed: "Manqué", failed: "Échoué" },
  reasons: {
    stopped: "Vous l’avez terminé.",
    encoder: "Un encodeur était à l’antenne à l’heure du début.",
    down: "Le serveur était arrêté pendant tout ce temps.",
    no_videos: "Aucune vidéo n’était prête.",
    unreachable: "Le serveur ne l’a laissé passer à aucun moment.",
  },
};
