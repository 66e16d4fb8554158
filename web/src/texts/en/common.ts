/** What stands on several pages: dialogs, forms, lists, the bar of who is signed in. */
export const texts = {
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  saving: "Saving…",
  sending: "Sending…",
  checking: "Checking…",
  loading: "Loading…",
  oneMoment: "One moment…",
  tryAgain: "Try again",
  continue: "Continue",
  copy: "Copy",
  copied: "Copied",
  copyThis: (what: string) => `Copy ${what}`,
  reveal: (what: string) => `Show ${what}`,
  justNow: "just now",
  name: "Name",
  language: "Language",
  unsaved: {
    title: "Discard your changes?",
    text: "What you typed is not saved yet.",
    discard: "Discard",
  },

  you: "You",
  yourAccount: (name: string) => `Your account, ${name}`,
  studio: "Studio",
  signOut: "Sign out",

  reminder: "Reminder",
  confirmAddress: "Confirm your address: we sent a link to [your address].",
  sendAgain: "Send it again",
  linkSent: "The link is on its way. Check your mail.",
  mailsKept: "No mail server is set here: the mail lies on the server, in DATA/mail.",

  welcome: "Welcome to Storecast",
  notLoaded: "This could not be loaded. Check your connection, then close this and try again.",
  signedOut: "You are signed out",
  signedOutText: "Sign in to go on. What you wrote is still here.",
};

export type Texts = typeof texts;
