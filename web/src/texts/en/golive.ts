/** Going live from the studio's page. */
export const texts = {
  title: "Go live from this browser",
  open: "Go live from this browser",
  opening: "Asking for your camera and microphone…",
  show: "What viewers see",
  camera: "Camera",
  screen: "Screen",
  both: "Screen and camera",
  whichCamera: "Camera",
  whichMicrophone: "Microphone",
  none: "None found",
  preview: "What viewers will see",
  level: "Microphone level",
  mute: "Mute the microphone",
  muted: "Muted",
  unmute: "Unmute the microphone",
  begin: "Go live",
  countdown: "Live in",
  hold: "Not yet",
  again: "Try again",
  connecting: "Connecting…",
  live: "You are live from this browser",
  reconnecting: "The connection broke. Connecting again: the show goes on if it is back in time.",
  behind: "Your connection is too slow: viewers fall behind. Close what else uses it, or move closer to the router.",
  stopping: "Ending…",
  stop: "End show",
  stopTitle: "End the show?",
  stopText: "Viewers see that it has ended. The chat and the products stay.",
  keepOpen: "Keep this page open while you are live. You may look at other tabs and windows.",
  keepInFront: "Keep this page in front while you are live: phones stop the camera of pages that are not.",
  leaveTitle: "Leave and end the show?",
  leaveText: "You are live from this browser. If you leave this page, your picture and sound stop.",
  leave: "Leave and end",
  troubles: {
    unsupported:
      "This browser cannot send what viewers can play. Bring it up to date, or use another; or stream from your software.",
    insecure:
      "Browsers give camera and microphone to secure pages only. Open this page by an address that begins with https://, or ask whoever runs this installation for one.",
    denied:
      "The browser may not use your camera or microphone. Allow both for this page, in the settings beside its address, then try again.",
    absent: "No camera or no microphone was found. Plug one in, or share your screen.",
    busy: "Another program uses your camera or microphone. Close it, then try again.",
    screen_denied: "The screen was not shared. Choose it again, and a window or a whole screen in what opens.",
    screen_ended: "The screen is not shared any more. Viewers see your camera.",
    camera_lost: "The camera is gone. Plug it in again, or choose another.",
    camera_paused:
      "The camera pauses: phones stop it while this page is not in front. Viewers see the last picture until it goes on.",
    microphone_lost: "The microphone is gone: viewers hear nothing. Plug it in again, or choose another.",
    broken: "Camera, microphone or screen failed. Try again.",
  },
  ended: {
    unreachable:
      "The server cannot be reached for going live. Check your connection; if it is well, tell whoever runs this installation.",
    unknown_key: "You may not go live here any more: the stream key has changed. Load the page again.",
    taken: "Somebody is live on this channel already. End that show first.",
    no_minutes: "Your plan has no streaming minutes left.",
    stopped: "This show was ended a moment ago. Wait 15 seconds, then go live again.",
    full: "The server takes no more shows now. Try again in a moment.",
    unreadable:
      "The server cannot read what this browser records. Bring the browser up to date, or use Chrome or Edge.",
    bit_rate: "The picture takes more than this server allows. Tell whoever runs it.",
    ended: "The show was ended.",
    failed: "Going live failed. Try again.",
  },
};

export type Texts = typeof texts;
