/** What a chat is moderated with: who only talks is not sent it. */
export { Hand } from "./actions";
export { default as ModerationDesk } from "./ModerationDesk.svelte";
export { default as ModeratorBar } from "./ModeratorBar.svelte";
export { moderatorOf } from "./moderator_of";
