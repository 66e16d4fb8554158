/** Videos on the watch page: replays of shows and others. */
export const texts = {
  watch: "Watch the replay",
  play: "Play the video",
  playNamed: (video: string) => `Play ${video}`,
  /** Heading of the list, and the tab's name on phones. */
  more: "More videos",
  videos: "Videos",
  playing: "Playing now",
  showOf: (date: string) => `Show of ${date}`,
  over: "The video has ended",
  next: "Up next",
  again: "Watch again",
  close: "Close the video",
  gone: "The video you came for is not here any more.",
  dismiss: "Dismiss",
  isLive: "[host] is live now",
  goLive: "Watch live",
  shareFrom: (time: string) => `Share from ${time}`,
  shown: "Shown in this video",
  chapter: (product: string, time: string) => `${product}, at ${time}`,
  answered: (question: string, time: string) => `${question}, answered at ${time}`,
  noLonger: "No longer sold",
  chat: {
    title: "Chat replay",
    note: "The chat as it was during the show",
    none: "Nothing has been said up to here",
    newest: "To the newest message",
    failed: "The chat could not be loaded. We try again by ourselves.",
  },
  player: {
    position: "Position in the video",
    place: (time: string, length: string) => `${time} of ${length}`,
    speed: "Playback speed",
    captions: "Captions",
  },
};

export type Texts = typeof texts;
