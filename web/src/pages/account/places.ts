import type { Places } from "../../lib/router/router.svelte";
import type { IconName } from "../../lib/ui/icons";
import { account } from "../../texts/account";

/** The sections of the account page, in their order. */
export const SECTIONS = [
  { name: "profile", title: account.sections.profile, icon: "user" },
  { name: "security", title: account.sections.security, icon: "shield" },
  { name: "activity", title: account.sections.activity, icon: "device" },
  { name: "payments", title: account.sections.payments, icon: "bag" },
  { name: "apps", title: account.sections.apps, icon: "link" },
  { name: "developer", title: account.sections.developer, icon: "code" },
] as const satisfies readonly { name: string; title: string; icon: IconName }[];

export type Section = (typeof SECTIONS)[number]["name"];

function isSection(name: string): name is Section {
  return SECTIONS.some((section) => section.name === name);
}

export const places: Places<Section> = {
  root: "/account",
  parse(pathname) {
    const name = pathname.split("/")[2] ?? "";
    return isSection(name) ? name : "profile";
  },
  path: (section) => (section === "profile" ? "/account" : `/account/${section}`),
};
