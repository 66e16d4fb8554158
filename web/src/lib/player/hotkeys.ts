import type { Player } from "./player.svelte";

const VOLUME_STEP = 0.1;
const SEEK_SECONDS = 5;

interface Keys {
  player: Player;
  stage: HTMLElement;
  video: HTMLVideoElement;
  fullscreen(): void;
}

/** Whether the key belongs to what is focused rather than to the player. */
function taken(event: KeyboardEvent, stage: HTMLElement): boolean {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return true;
  if (target.closest("input, textarea, select, dialog, [contenteditable]")) return true;
  const arrow = event.key.startsWith("Arrow");
  if (arrow) return target !== document.body && !stage.contains(target);
  return event.key === " " && target.closest("button, a, summary, [role=tab]") !== null;
}

/** Space or K plays and pauses, M mutes, F is full screen, arrows seek and change the volume. */
export function handleKey(event: KeyboardEvent, { player, stage, video, fullscreen }: Keys): void {
  if (taken(event, stage)) return;
  if (player.leap(event.key)) {
    event.preventDefault();
    return;
  }
  switch (event.key) {
    case " ":
    case "k":
    case "K":
      player.toggle();
      break;
    case "m":
    case "M":
      player.setMuted(!player.muted);
      break;
    case "f":
    case "F":
      fullscreen();
      break;
    case "ArrowUp":
      player.setVolume(video.volume + VOLUME_STEP);
      break;
    case "ArrowDown":
      player.setVolume(video.volume - VOLUME_STEP);
      break;
    case "ArrowLeft":
      video.currentTime -= SEEK_SECONDS;
      break;
    case "ArrowRight":
      video.currentTime += SEEK_SECONDS;
      break;
    default:
      return;
  }
  event.preventDefault();
}
