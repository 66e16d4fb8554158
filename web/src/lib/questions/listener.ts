import type {
  QuestionAnswered,
  QuestionAnswering,
  QuestionArchived,
  QuestionCreated,
  QuestionHeld,
  QuestionPinned,
  QuestionRestored,
  QuestionReviewed,
  QuestionsCounted,
  SettingsChanged,
} from "../../client/events";

/** What a room tells of questions. */
export interface QuestionsListener {
  ruled(rules: SettingsChanged): void;
  created(question: QuestionCreated | QuestionRestored): void;
  /** Told to who moderates. */
  held(question: QuestionHeld): void;
  /** Told to who asked. */
  reviewed(event: QuestionReviewed): void;
  archived(event: QuestionArchived): void;
  pinned(event: QuestionPinned): void;
  /** The host answers it from now on; none with `id` null. */
  turnedTo(event: QuestionAnswering): void;
  answered(event: QuestionAnswered): void;
  counted(event: QuestionsCounted): void;
}
