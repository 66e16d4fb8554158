/** People who talk while a show is on, in development: `MOCK_CHAT` says how many messages a second. */
import type { Message } from "../src/client/types.ts";
import { message } from "./data.ts";

const NAMES = ["Priya", "Tomás", "June", "Anouk", "ليلى", "Zoe", "陈静", "Jürgen", "Wolfeschlegelsteinhausenberger"];
const WORDS = [
  "Is it oak?",
  "❤️",
  "I have had mine for two years now and it still looks like new, worth every cent.",
  "هل هناك شحن إلى القاهرة؟",
  "这个多少钱？",
  "Wie groß ist die Lampe?",
  "Does it dim? I would love to have it beside the bed, but only if it does not light up the whole room at night.",
  "😂😂",
  "See https://shop.example/lamps?size=large",
  "M".repeat(60),
];

let said = 0;
export function next(): Message {
  said += 1;
  return message(NAMES[said % NAMES.length] ?? "", WORDS[said % WORDS.length] ?? "");
}
