import type { Places } from "../../lib/router/router.svelte";
import type { IconName } from "../../lib/ui/icons";

/** The sections of the account page, in their order. */
export const SECTIONS = [
  { name: "profile", title: "Profile", icon: "user" },
  { name: "security", title: "Security", icon: "shield" },
  { name: "activity", title: "Devices", icon: "device" },
  { name: "apps", title: "Apps", icon: "link" },
  { name: "developer", title: "Developer", icon: "code" },
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
