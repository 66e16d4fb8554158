/** A channel’s own pictures. */
export const texts = {
  title: "Pictures",
  cover: "Cover",
  coverHint: "Shown in lists, before and after your show, and where its link is shared. Best 1920 × 1080.",
  background: "Background",
  backgroundHint: "Lies behind the player on wide screens.",
  choose: "Choose a picture, or drop one here",
  replace: "Replace",
  remove: "Remove",
  chooseCover: "Choose a cover",
  chooseBackground: "Choose a background",
  removeCover: "Remove the cover",
  removeBackground: "Remove the background",
  dropped: "Drop it here",
  saved: "The picture is shown",
  removed: "The picture is removed.",
  undo: "Undo",
};

export type Texts = typeof texts;
