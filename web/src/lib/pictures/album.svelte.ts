import { pictures as texts } from "../../texts/pictures";
import { inBytes } from "../ui/bytes";
import { refusalOf, unreadable } from "./picture";

/** Of one thing. */
export const MOST_PICTURES = 8;
/** What is sent at once. */
const MOST_BYTES = 36 * 1024 * 1024;

export interface Picture {
  /** What shows it; it tells it from the others, too. */
  readonly src: string;
  /** Null for one that is there already. */
  readonly file: File | null;
}

/** Several pictures in order, those there are and those to come: chosen, sorted and left out before they are sent. */
export class Album {
  list = $state.raw<readonly Picture[]>([]);
  /** Why something chosen is not taken, or no longer. */
  refused = $state<string | null>(null);
  readonly #before: readonly string[];

  /** Addresses of those there are, the first first. */
  constructor(addresses: readonly string[]) {
    this.#before = addresses;
    this.list = addresses.map((src) => ({ src, file: null }));
  }

  get files(): File[] {
    return this.list.flatMap(({ file }) => (file ? [file] : []));
  }

  /** All of them as the server is told: the address of each that stays, `new` for each that comes; null: as they were. */
  get order(): string[] | null {
    const same = this.list.length === this.#before.length && this.list.every(({ src }, at) => src === this.#before[at]);
    return same ? null : this.list.map(({ src, file }) => (file ? "new" : src));
  }

  get full(): boolean {
    return this.list.length >= MOST_PICTURES;
  }

  /** What is good of these joins the others at the end. */
  take(files: Iterable<File>): void {
    this.refused = null;
    for (const file of files) {
      const bytes = this.files.reduce((sum, { size }) => sum + size, file.size);
      const why = this.full
        ? texts.most(MOST_PICTURES)
        : (refusalOf(file) ?? (bytes > MOST_BYTES ? texts.together(inBytes(MOST_BYTES)) : null));
      if (why) this.refused ??= why;
      else this.list = [...this.list, { src: URL.createObjectURL(file), file }];
    }
  }

  /** Out it goes; one to come is forgotten. */
  remove(picture: Picture): void {
    this.refused = null;
    this.list = this.list.filter((each) => each !== picture);
    if (picture.file) URL.revokeObjectURL(picture.src);
  }

  place(picture: Picture, at: number): void {
    const others = this.list.filter((each) => each !== picture);
    if (others.length < this.list.length) this.list = others.toSpliced(at, 0, picture);
  }

  /** What the browser cannot draw the server cannot either. */
  broken(picture: Picture): void {
    if (!picture.file) return;
    this.remove(picture);
    this.refused = unreadable(picture.file);
  }

  /** Nobody looks at it any more. */
  close(): void {
    for (const { src, file } of this.list) if (file) URL.revokeObjectURL(src);
  }
}
