import { plurals } from "../plurals";

const count = plurals("en");

/** Being told when a show begins, and adding it to a calendar. */
export const texts = {
  title: "Tell me",
  intro: "We tell you when [show] begins.",
  by: "How",
  email: "By mail",
  sms: "By SMS",
  address: "Email address",
  country: "Country",
  number: "Mobile number",
  when: "When",
  start: "At the start",
  before: {
    minutes: (minutes: number) => count(minutes, { one: "# minute before", other: "# minutes before" }),
    hours: (hours: number) => count(hours, { one: "# hour before", other: "# hours before" }),
    days: (days: number) => count(days, { one: "# day before", other: "# days before" }),
  },
  send: "Tell me",
  sending: "Sending…",
  consent: "Every message says how to stop them.",
  mailedTitle: "Look into your mail",
  mailed: "We have written to [address]. Follow the link there to confirm; we send nothing else before.",
  spam: "Nothing there after a few minutes? Look among the unwanted mails.",
  codeTitle: "Enter the code",
  codeSent: "We have sent a code to [number].",
  code: "Code",
  codeHint: "Six digits, good for 10 minutes",
  confirm: "Confirm",
  other: "Use another address",
  otherNumber: "Use another number",
  doneTitle: "You will be told",
  done: "We send an SMS when the show begins. Answer STOP to end it.",
  close: "Close",
  calendar: "Add to calendar",
  calendarMenu: "Add to which calendar",
  file: "Apple and others (ICS)",
  google: "Google Calendar",
  outlook: "Outlook",
  opensTab: "opens in a new tab",
};

export type Texts = typeof texts;
