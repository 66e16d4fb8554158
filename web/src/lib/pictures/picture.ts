import { pictures } from "../../texts/pictures";
import { inBytes } from "../ui/bytes";

const TYPES: Readonly<Record<string, readonly string[]>> = {
  "image/jpeg": ["jpg", "jpeg"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "image/avif": ["avif"],
  "image/gif": ["gif"],
};
const MOST_BYTES = 12 * 1024 * 1024;

/** What a file chooser offers. */
export const ACCEPT = Object.keys(TYPES).join(",");
export const MOST = inBytes(MOST_BYTES);

/** Why the server would not take this file, before it is sent; null where it may. */
export function refusalOf(file: Pick<File, "name" | "type" | "size">): string | null {
  // Some systems do not know newer types: then the name tells.
  const ending = file.name.split(".").at(-1)?.toLowerCase() ?? "";
  const known = file.type ? file.type in TYPES : Object.values(TYPES).flat().includes(ending);
  if (!known) return pictures.notPicture(file.name);
  return file.size > MOST_BYTES ? tooLarge(file) : null;
}

export function tooLarge(file: Pick<File, "name">): string {
  return pictures.tooLarge(file.name, MOST);
}

export function unreadable(file: File): string {
  return pictures.unreadable(file.name);
}
