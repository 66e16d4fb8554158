/** A channel of videos, and its playlist that goes live by itself. */
export const texts = {
  onDemand: "On demand",
  onDemandHint: "Viewers choose among your videos. With a start set, the playlist goes live by itself.",
  live: "As live",
  noStart: "Set a start, and the playlist goes live by itself then.",
  noCountdown: "Switch the countdown on: without it nothing goes live by itself.",
  past: "This time has passed: choose a later one.",
  /** On the desk, until then. */
  coming: "Your playlist goes live by itself",
  comingAt: (when: string) => `On ${when}.`,
  missed: "Your playlist did not go live",
  toSettings: "Change it in Settings",
  plan: (when: string, length: string) => `Goes live by itself on ${when}, for ${length}.`,
  same: "Everyone sees the same moment, and chat is live. Until then viewers see the countdown instead of the videos.",
  nothing: "None of the videos that viewers see is ready yet.",
  plays: "It plays",
  notReady: "Not ready: is left out",
  leftOut: "Left out, as they were not ready:",
  end: "It is not recorded: your videos are there to be watched again, each by itself.",

  states: { waiting: "Waiting", playing: "On air", ended: "Has ended", missed: "Was missed", failed: "Has failed" },
  reasons: {
    stopped: "You ended it.",
    encoder: "An encoder was on air when it was to begin.",
    down: "The server was down all that time.",
    no_videos: "No video was ready.",
    unreachable: "The server never let it go live.",
  },
};

export type Texts = typeof texts;
