/** The page of addresses that lead nowhere. */
export const texts = {
  title: "Page not found",
  heading: "There is nothing here",
  reason: "The link may be old or mistyped.",
  home: "To the start page",
};

export type Texts = typeof texts;
