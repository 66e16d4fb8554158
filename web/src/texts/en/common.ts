/** What stands on several pages: dialogs, forms, signing in. */
export const texts = {
  close: "Close",
};

export type Texts = typeof texts;
