import { beforeEach, expect, it, vi } from "vitest";
import type { Video } from "../../../client/media";
import { Library } from "./library.svelte";
import { doingOf, problemOf } from "./video";

const video = (id: string, facts: Partial<Video> = {}): Video => ({
  id,
  name: `Video ${id}`,
  origin: "show",
  status: "ready",
  progress: 1,
  problem: null,
  duration: 60,
  size: 1,
  poster: null,
  storyboard: null,
  hls_url: "/x.m3u8",
  session_id: `session of ${id}`,
  in_playlist: true,
  frame_rate: 25,
  started_at: "2026-01-01T10:00:00Z",
  trimming: false,
  undo_until: null,
  deleted_until: null,
  viewers: null,
  replay_viewers: null,
  sold: null,
  created_at: "2026-01-01T11:00:00Z",
  ...facts,
});

let answers: Video[] = [];
const list = vi.fn(async () => answers);
const update = vi.fn(async (id: string, changes: object) => video(id, changes));
const order = vi.fn(async (_channel: string, ids: string[]) => ids.map((id) => video(id)));
vi.mock("../../../client/media", () => ({
  media: {
    list: () => list(),
    update: (id: string, changes: object) => update(id, changes),
    order: (channel: string, ids: string[]) => order(channel, ids),
    dismissProblem: async (id: string) => video(id),
    remove: async (id: string) => video(id),
  },
}));

beforeEach(() => {
  answers = [video("a"), video("b", { status: "processing", progress: 0 })];
  vi.clearAllMocks();
});

async function loaded(): Promise<Library> {
  const library = new Library("c");
  await library.load();
  return library;
}
const found = (library: Library, id: string) => library.videos?.find((each) => each.id === id);

it("shows how far a video is as it is told, and asks what has become of it once it is done", async () => {
  const library = await loaded();
  await library.hear({ id: "b", status: "processing", progress: 0.4 });
  expect(found(library, "b")?.progress).toBe(0.4);
  expect(list).toHaveBeenCalledTimes(1);
  answers = [video("a"), video("b")];
  await library.hear({ id: "b", status: "ready", progress: 1 });
  expect(found(library, "b")?.status).toBe("ready");
});

it("asks again when somebody else begins to trim, and follows that", async () => {
  const library = await loaded();
  answers = [video("a", { trimming: true, progress: 0 })];
  await library.hear({ id: "a", status: "ready", progress: 0 });
  await library.hear({ id: "a", status: "ready", progress: 0.5 });
  expect(found(library, "a")).toMatchObject({ trimming: true, progress: 0.5 });
  expect(list).toHaveBeenCalledTimes(2);
});

it("knows the show that became a video meanwhile, until the next begins; an upload is no news of that kind", async () => {
  const library = await loaded();
  expect(library.fresh).toBeNull();
  answers = [video("u", { origin: "upload" }), ...answers];
  await library.hear({ id: "u", status: "processing", progress: 0 });
  expect(library.fresh).toBeNull();
  answers = [video("n", { started_at: "2026-01-02T10:00:00Z" }), ...answers];
  await library.hear({ id: "n", status: "processing", progress: 0 });
  expect(library.fresh).toBe("n");
  expect(library.lastShow?.id).toBe("n");
  library.showBegan();
  expect(library.fresh).toBeNull();
});

it("takes the videos of one show for one, and its first for what came of it", async () => {
  const library = await loaded();
  const part = (id: string, started_at: string) => video(id, { started_at, session_id: "s" });
  answers = [part("one", "2026-01-02T10:00:00Z"), part("two", "2026-01-02T10:40:00Z"), ...answers];
  await library.hear({ id: "one", status: "processing", progress: 0 });
  await library.hear({ id: "two", status: "processing", progress: 0 });
  expect([library.lastShow?.id, library.fresh]).toEqual(["one", "one"]);
});

it("lets no older answer take back what was changed since", async () => {
  const library = await loaded();
  let late: (videos: Video[]) => void = () => undefined;
  list.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
  const loading = library.load();
  await library.change("a", { name: "Renamed" });
  answers = [video("a", { name: "Renamed" })];
  late([video("a", { name: "Old" })]);
  await loading;
  expect(found(library, "a")?.name).toBe("Renamed");
});

it("sorts with one request, and shows what came of it", async () => {
  const library = await loaded();
  await library.sort(["b", "a"]);
  expect(order).toHaveBeenCalledExactlyOnceWith("c", ["b", "a"]);
  expect(library.videos?.map(({ id }) => id)).toEqual(["b", "a"]);
});

it("shows no more why a trim failed once that is dismissed", async () => {
  answers = [video("a", { problem: "It could not be processed." })];
  const library = await loaded();
  await library.dismiss("a");
  expect(found(library, "a")?.problem).toBeNull();
});

it("says what is wrong with a video in the reader's words, and nothing that it does not know", () => {
  expect(problemOf(video("x", { problem: "This is not a video: it is a PDF." }))).toMatch(/not a video/);
  expect(problemOf(video("x", { problem: "avformat: -1094995529" }))).toBe("It could not be processed.");
  expect(problemOf(video("x"))).toBeNull();
  expect(doingOf(video("x", { trimming: true }))).toBe("trimming");
});
