/** What is done with messages, and what they are written with. */
export const texts = {
  people: "People in this chat",
  copy: "Copy the text",
  copied: "Text copied",
  notCopied: "The text could not be copied.",
  emoji: {
    title: "Emoji",
    search: "Search emoji",
    none: "No emoji is called that.",
    found: "Found",
    recent: "Recently used",
    smileys: "Smileys",
    people: "People and gestures",
    hearts: "Hearts and symbols",
    shopping: "Shopping",
    food: "Food and drink",
    nature: "Nature and free time",
  },
};

export type Texts = typeof texts;
