/** Sending videos. */
export const texts = {
  choose: "Choose videos",
  drop: "or drop them here",
  formats: (size: string) => `MP4, MOV, WebM, MKV or MPEG, up to ${size}`,
  beginning: "Getting ready…",
  progress: (here: string, size: string) => `${here} of ${size}`,
  speed: (speed: string) => `${speed}/s`,
  left: (time: string) => `${time} left`,
  stalled: "The connection is gone. It goes on by itself.",
  paused: (here: string, size: string) => `Paused at ${here} of ${size}`,
  sent: "Uploaded. The video is in your list.",
  failed: "This did not work.",
  pause: (file: string) => `Pause ${file}`,
  resume: "Go on",
  retry: "Try again",
  cancel: (file: string) => `Cancel the upload of ${file}`,
  cancelTitle: "Cancel the upload?",
  cancelText: (file: string) => `What has been sent of ${file} so far is deleted. To stop for a while, pause it.`,
  cancelAction: "Delete what was sent",
  remove: (file: string) => `Take ${file} off the list`,
  notVideo: (file: string) => `${file} is not a video Storecast can use. Choose MP4, MOV, WebM, MKV or MPEG.`,
  empty: (file: string) => `${file} is empty.`,
  tooLarge: (file: string, most: string) => `${file} is too large: videos can be up to ${most}.`,
};

export type Texts = typeof texts;
