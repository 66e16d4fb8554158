import { plurals } from "../plurals";

const count = plurals("en");

/** What is left of the plan's streaming minutes. */
export const texts = {
  left: (minutes: number) =>
    count(minutes, { one: "# streaming minute left this month", other: "# streaming minutes left this month" }),
  counting: (time: string) => `${time} left this month`,
  ending: (time: string) => `Minutes used up: the show ends in ${time}`,
  spent: (date: string) => `This month’s streaming minutes are used up. You can go live again from ${date}.`,
  nowLow: "Four fifths of this month’s streaming minutes are used.",
  nowGrace: "This month’s streaming minutes are used up. The show goes on for a little while, then it ends.",
  nowSpent: "The show has ended, since this month’s streaming minutes are used up.",
};

export type Texts = typeof texts;
