import type { IconName } from "../ui/icons";

/** Something that can be done with a message. */
export interface Action {
  icon: IconName;
  label: string;
  run: () => unknown;
  /** It takes something away. */
  grave?: boolean;
}
