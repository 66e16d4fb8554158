import type { IconName } from "../ui/icons";

/** Something that can be done with a message. */
export interface Action {
  icon: IconName;
  label: string;
  run: () => unknown;
  /** It takes something away. */
  grave?: boolean;
  /** The same for each of these, side by side: `run` is of none. */
  choices?: readonly { label: string; name: string; run: () => unknown }[];
}
