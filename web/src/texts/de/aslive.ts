import type { Texts } from "../en/aslive";

export const texts: Texts = {
  onDemand: "Auf Abruf",
  onDemandHint: "Zuschauer wählen unter Ihren Videos. Mit einem Beginn geht die Playlist von selbst live.",
  live: "Wie live",
  noStart: "Setzen Sie einen Beginn, dann geht die Playlist von selbst live.",
  noCountdown: "Schalten Sie den Countdown ein: Ohne ihn geht nichts von selbst live.",
  past: "Diese Zeit ist vorbei: Wählen Sie eine spätere.",
  coming: "Ihre Playlist geht von selbst live",
  comingAt: (when) => `Am ${when}.`,
  missed: "Ihre Playlist ging nicht live",
  toSettings: "In den Einstellungen ändern",
  plan: (when, length) => `Geht von selbst live: ${when}, Dauer ${length}.`,
  same: "Alle sehen denselben Moment, und der Chat ist live. Bis dahin sehen Zuschauer den Countdown statt der Videos.",
  nothing: "Von den Videos, die Zuschauer sehen, ist noch keines fertig.",
  plays: "Gespielt wird",
  notReady: "Nicht fertig: wird ausgelassen",
  leftOut: "Ausgelassen, weil nicht fertig:",
  end: "Sie wird nicht aufgezeichnet: Ihre Videos sind einzeln wieder zu sehen.",

  states: { waiting: "Wartet", playing: "Auf Sendung", ended: "Beendet", missed: "Verpasst", failed: "Gescheitert" },
  reasons: {
    stopped: "Sie haben sie beendet.",
    encoder: "Zum Beginn war ein Encoder auf Sendung.",
    down: "Der Server war die ganze Zeit nicht erreichbar.",
    no_videos: "Kein Video war fertig.",
    unreachable: "Der Server ließ sie zu keiner Zeit durch.",
  },
};
