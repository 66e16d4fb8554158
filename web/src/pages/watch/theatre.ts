import ReplayChat from "../../lib/chat/ReplayChat.svelte";
import { ReplayedChat } from "../../lib/chat/replayed.svelte";
import { RecordedPlayer, type RecordedOptions } from "../../lib/player/recorded.svelte";
import AnsweringCard from "../../lib/questions/AnsweringCard.svelte";
import { ReplayedQuestions } from "../../lib/questions/replayed.svelte";
import GoneCard from "../../lib/shelf/GoneCard.svelte";
import { ReplayShelf } from "../../lib/shelf/replay_shelf.svelte";
import type { Shelf } from "../../lib/shelf/shelf.svelte";
import Chapters from "./Chapters.svelte";
import ReplayBar from "./ReplayBar.svelte";
import Screening from "./Screening.svelte";
import VideoList from "./VideoList.svelte";

/** All that videos are watched with: who only watches a show is not sent it. */
export class Theatre {
  readonly AnsweringCard = AnsweringCard;
  readonly Chapters = Chapters;
  readonly GoneCard = GoneCard;
  readonly ReplayBar = ReplayBar;
  readonly ReplayChat = ReplayChat;
  readonly Screening = Screening;
  readonly VideoList = VideoList;

  readonly player: RecordedPlayer;
  readonly shelf: ReplayShelf;
  readonly chat: ReplayedChat;
  readonly questions: ReplayedQuestions;

  constructor(today: Shelf, said: ConstructorParameters<typeof ReplayedChat>[0], options: RecordedOptions) {
    this.player = new RecordedPlayer(options);
    this.shelf = new ReplayShelf(today, () => this.player.time);
    this.chat = new ReplayedChat(said);
    this.questions = new ReplayedQuestions(() => this.player.time);
  }
}
