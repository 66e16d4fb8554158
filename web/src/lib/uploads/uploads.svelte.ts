import { uploads as texts } from "../../texts/uploads";
import { inBytes } from "../ui/bytes";
import { fingerprint, MOST_BYTES, typeOf } from "./file";
import { startUpload, type Progress, type Sending } from "./upload";

export interface Item {
  readonly print: string;
  readonly name: string;
  readonly progress: Progress;
}

/** The uploads of a page to one channel, the newest first. */
export class Uploads {
  list = $state.raw<readonly Item[]>([]);
  /** Why something chosen is not taken. */
  refused = $state<string | null>(null);
  readonly #sending = new Map<string, Sending>();

  /** `sent` is told of each video whose file has gone. */
  constructor(
    private readonly channel: string,
    private readonly sent: (media: string) => void = () => undefined,
  ) {}

  /** Whether somebody who leaves the page leaves something behind. */
  get going(): boolean {
    return this.list.some(({ progress }) => ["beginning", "sending", "stalled"].includes(progress.phase));
  }

  /** The videos whose files are on their way, by their ids, as far as those are known. */
  readonly media = $derived(
    new Set(this.list.flatMap(({ progress: { media, phase } }) => (media && phase !== "sent" ? [media] : []))),
  );

  take(files: Iterable<File>): void {
    this.refused = null;
    for (const file of files) {
      const print = fingerprint(file, this.channel);
      const why = refusalOf(file);
      if (why) this.refused ??= why;
      else if (!this.#sending.has(print)) this.#start(file, print);
    }
  }

  of(item: Item): Sending | undefined {
    return this.#sending.get(item.print);
  }

  /** What is there of it goes, too, unless all of it is. */
  async remove({ print }: Item): Promise<void> {
    const sending = this.#sending.get(print);
    this.#sending.delete(print);
    this.list = this.list.filter((item) => item.print !== print);
    if (sending?.progress.phase !== "sent") await sending?.cancel();
  }

  #start(file: File, print: string): void {
    const changed = (progress: Progress) => {
      this.list = this.list.map((each) => (each.print === print ? { ...each, progress } : each));
      if (progress.phase === "sent" && progress.media) this.sent(progress.media);
    };
    const sending = startUpload(file, this.channel, changed);
    this.#sending.set(print, sending);
    this.list = [{ print, name: file.name, progress: sending.progress }, ...this.list];
  }
}

function refusalOf(file: File): string | null {
  if (typeOf(file) === null) return texts.notVideo(file.name);
  if (file.size === 0) return texts.empty(file.name);
  return file.size > MOST_BYTES ? texts.tooLarge(file.name, inBytes(MOST_BYTES)) : null;
}
