import type { Player } from "./player.svelte";
import { RecordedPlayer } from "./recorded.svelte";

const VOLUME_STEP = 0.1;
const SEEK_SECONDS = 5;
const SKIP_SECONDS = 10;

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
  if (player instanceof RecordedPlayer && leap(event.key, player)) {
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

/**
 * In a recording arrows, J and L, Home and End lead to another second, digits to a tenth of it, < and > to another speed.
 * Answers whether the key was one of these.
 */
function leap(key: string, player: RecordedPlayer): boolean {
  if (/^\d$/.test(key)) player.seek((player.duration * Number(key)) / 10);
  else if (key === "ArrowLeft") player.skip(-SEEK_SECONDS);
  else if (key === "ArrowRight") player.skip(SEEK_SECONDS);
  else if (key === "j" || key === "J") player.skip(-SKIP_SECONDS);
  else if (key === "l" || key === "L") player.skip(SKIP_SECONDS);
  else if (key === "Home") player.seek(0);
  else if (key === "End") player.seek(player.duration);
  else if (key === "<" || key === ">") player.shift(key === ">");
  else return false;
  return true;
}
