/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A picture may lose this part of it to fill a screen: less than the longest phones cut off one of 9 to 16. */
const SPARE = 0.22;

export const upright = ({ width, height }: Size): boolean => height > width;

/** Whether an upright picture fills the room, what sticks out being cut off; others are shown whole. */
export function covers(picture: Size, room: Size): boolean {
  if (!upright(picture) || !upright(room)) return false;
  const shape = (picture.width * room.height) / (picture.height * room.width);
  return 1 - Math.min(shape, 1 / shape) <= SPARE;
}
