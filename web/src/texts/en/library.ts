import { plurals } from "../plurals";

const count = plurals("en");

/** A channel's videos in the studio. */
export const texts = {
  title: "Videos",
  loading: "Loading your videos…",
  sort: "Sort",
  deleted: "Deleted",
  emptyTitle: "No videos yet",
  emptyText: "Every show is recorded. Once it ends, its video is here within seconds, and viewers can watch it again.",

  origins: { show: "Show", upload: "Upload", clip: "Clip" },
  replayViewers: (people: number) => count(people, { one: "# replay viewer", other: "# replay viewers" }),
  viewers: (people: number) => count(people, { one: "# viewer", other: "# viewers" }),
  orders: (orders: number) => count(orders, { one: "# order", other: "# orders" }),

  shown: "Shown to viewers",
  watch: (name: string) => `Watch ${name}`,
  rename: (name: string) => `Rename ${name}`,
  name: "Name",
  needName: "Give it a name.",
  trim: (name: string) => `Trim ${name}`,
  clip: (name: string) => `Make a clip of ${name}`,
  download: (name: string) => `Download ${name}`,
  remove: (name: string) => `Delete ${name}`,
  removed: (name: string) => `${name} deleted`,
  undo: "Undo",
  restored: (name: string) => `${name} is back`,

  waiting: "Waiting for the rest of the file",
  waitingText: "If its upload stopped, choose the same file again: it goes on from there.",
  processing: "Being prepared",
  playable: "You and your viewers can watch it meanwhile.",
  failed: "It could not be prepared",
  unknownProblem: "It could not be processed.",
  trimming: "Being trimmed",
  trimmingText: "Viewers see it as it was until this is done.",
  stop: "Stop",
  stopped: "The video stays as it was",
  trimmed: (until: string) => `Trimmed. What it was before is kept until ${until}.`,
  undoTrim: "Undo the trim",
  undone: "The video is as it was before",
  confirmTrim: "Keep it trimmed",
  confirmTitle: "Keep it trimmed for good?",
  confirmText: "What you cut out is deleted at once and cannot be had back.",
  confirmed: "What was cut out is deleted",

  sortTitle: "Sort the videos",
  sortHint: "Viewers see them in this order.",

  deletedTitle: "Deleted videos",
  deletedText: "Each can be had back for 7 days. After that it is gone for good.",
  deletedNone: "Nothing was deleted in the last 7 days.",
  until: (when: string) => `Until ${when}`,
  restore: "Restore",
  restoreName: (name: string) => `Restore ${name}`,

  /** Where a video is watched. */
  film: {
    play: "Play",
    pause: "Pause",
    offline: "The video cannot be loaded. Check your connection and try again.",
    cannotPlay: "This browser cannot play this video. Try another one.",
  },

  /** Trimming, and making a clip. */
  cut: {
    trimTitle: "Trim the video",
    clipTitle: "Make a clip",
    line: "Time line of the video",
    hint: "Drag the handles, or choose one and press the arrow keys: one picture at a time, with Shift one second.",
    position: "Position",
    start: "Start",
    end: "End",
    cutStart: (number: number) => count(number, { one: "Start of cut #", other: "Start of cut #" }),
    cutEnd: (number: number) => count(number, { one: "End of cut #", other: "End of cut #" }),
    earlier: (what: string) => `${what}: one picture earlier`,
    later: (what: string) => `${what}: one picture later`,
    here: (what: string) => `${what}: set to this picture`,
    cuts: "Cut out",
    cutsText: "What lies between its start and its end is left out.",
    add: "Cut out a part here",
    drop: (number: number) => count(number, { one: "Keep cut # after all", other: "Keep cut # after all" }),
    timeExample: "Enter a time such as 0:01:30.500",
    timeRange: (from: string, to: string) => `Enter a time from ${from} to ${to}`,
    preview: "Play what is left",
    previewClip: "Play the clip",
    left: (left: string, all: string) => `${left} of ${all} is left`,
    nothingLeft: "Nothing would be left.",
    unchanged: "Nothing is cut out yet.",
    after:
      "It is cut to the exact picture. Viewers see the video as it is until the new one is made. You can undo this for 7 days.",
    trim: "Trim",
    trimming: "The trimmed video is being made",
    tooShort: "A clip is at least 15 seconds long, and this video is shorter.",
    length: (length: string) => `The clip is ${length} long.`,
    bounds: "From 15 to 90 seconds.",
    clipAfter:
      "The clip becomes a video of its own, and this one stays as it is. Products that were pinned then can be bought in it, too. Viewers see it once you show it to them.",
    clip: "Make the clip",
    clipping: "The clip is being made",
    sending: "One moment…",
  },

  /** After a show. */
  replay: {
    end: "The show is recorded. Its video appears under “Videos” within seconds, and viewers who come late see it in place of the show.",
    hereTitle: "The replay is here",
    hereText: "Viewers who come late can watch it now.",
    coming: "The replay is on its way",
    last: (when: string) => `Last show: ${when}`,
    open: "To the videos",
  },

  /** What the server says of a video it cannot process; `{}` is what it fills in. */
  problems: {
    "It could not be processed.": "It could not be processed.",
    "It could not be processed. It is tried again.": "It could not be processed. It is tried again.",
    "There is no room on the disk. It is tried again.":
      "The server’s disk is full. It is tried again. Ask whoever runs the server to make room.",
    "Its file is gone.": "Its file is gone.",
    "This video is not whole: {}.": "This video is not whole. Upload it again.",
    "This video is damaged: {}.": "This video is damaged.",
    "This is not a video{}.": "This file is not a video of a kind that can be taken.",
    "This video is too long{}.": "This video is too long.",
    "There is {} picture{}.": "There is nothing to see or hear in this video.",
    "This file is empty.": "This file is empty.",
    "There is nothing in this video that lasts.": "There is nothing to see or hear in this video.",
    "The picture is {}: at least {} pixels a side are needed.":
      "The picture is {}: each side needs at least {} pixels.",
    "The picture is {}: at most {} pixels a side are taken.":
      "The picture is {}: each side may have at most {} pixels.",
    "There are {} tracks in this video: at most {} are taken.":
      "There are {} tracks in this video: at most {} are taken.",
    "This video is protected (DRM): {}.": "This video is protected against copying.",
    "This video needs more memory or time than there is for one.":
      "This video takes more than the server gives to one. Upload it smaller.",
    "The upload was not finished in time. Upload the file again.":
      "The upload was not finished in time. Upload the file again.",
    "The file did not arrive as it was sent. Upload it again.":
      "The file did not arrive as it was sent. Upload it again.",
  },
};

export type Texts = typeof texts;
