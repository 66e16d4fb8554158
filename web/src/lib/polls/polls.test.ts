import { beforeEach, expect, it } from "vitest";
import { poll } from "../../../mock/asking";
import { ApiError } from "../../client/error";
import { TookPart } from "../session/took_part";
import { counted, type Poll } from "./poll";
import { Polls, type PollsApi } from "./polls.svelte";

const open = (id = "p", votes = [0, 0]): Poll => ({ ...counted(poll(id), votes), status: "open" });
let voting: { answer: number; done: (poll: Poll) => void; refuse: (error: ApiError) => void }[];
let listed: Poll[];
let api: PollsApi;

beforeEach(() => {
  voting = [];
  listed = [];
  api = {
    list: () => Promise.resolve(listed),
    vote: (_poll, answer) => new Promise((done, refuse) => voting.push({ answer, done, refuse })),
  };
});

const polls = () =>
  new Polls({
    channel: "lamps",
    signedIn: () => true,
    guest: () => Promise.resolve(null),
    admitted: () => Promise.resolve(null),
    api,
    tookPart: new TookPart({ getItem: () => null, setItem: () => undefined }),
  });
const settled = () => new Promise((resolve) => setTimeout(resolve));

it("shows the open poll to who comes later, and none that is over", async () => {
  const page = polls();
  listed = [{ ...open("over"), status: "closed" }];
  await page.load();
  expect(page.current).toBeNull();
  listed = [{ ...open("p", [3, 1]), my_vote: 1 }, ...listed];
  await page.load();
  expect(page.current).toMatchObject({ id: "p", votes: 4, my_vote: 1 });
});

it("counts a choice at once, the last of several, and over counts from before it", async () => {
  const page = polls();
  page.opened(open("p", [2, 0]));
  const votes = [page.vote(0), page.vote(1)];
  expect(page.current).toMatchObject({ votes: 3, my_vote: 1 });
  page.counted({ id: "p", votes: [2, 0] });
  expect(page.current?.votes).toBe(3);
  await settled();
  voting[0]?.done({ ...open("p", [2, 1]), my_vote: 1 });
  await Promise.all(votes);
  expect(voting.map(({ answer }) => answer)).toEqual([1]);
  page.counted({ id: "p", votes: [5, 5] });
  expect(page.current).toMatchObject({ votes: 10, my_vote: 1 });
});

it("sends what was chosen while another choice was on its way", async () => {
  const page = polls();
  page.opened(open());
  const vote = page.vote(0);
  await settled();
  void page.vote(1);
  voting[0]?.done({ ...open("p", [1, 0]), my_vote: 0 });
  await settled();
  voting[1]?.done({ ...open("p", [0, 1]), my_vote: 1 });
  await vote;
  expect(voting.map(({ answer }) => answer)).toEqual([0, 1]);
  expect(page.current?.my_vote).toBe(1);
});

it("takes a choice back that was refused", async () => {
  const page = polls();
  page.opened(open("p", [2, 0]));
  const vote = page.vote(1);
  await settled();
  voting[0]?.refuse(new ApiError(409, "Poll not open", "This poll takes no votes now."));
  await expect(vote).rejects.toThrow("no votes");
  expect(page.current).toMatchObject({ votes: 2, my_vote: null });
});

it("keeps the result with one's own choice until it is put away, and takes no votes then", async () => {
  const page = polls();
  page.opened({ ...open("p", [1, 0]), my_vote: null } as Poll);
  const vote = page.vote(0);
  await settled();
  voting[0]?.done({ ...open("p", [2, 0]), my_vote: 0 });
  await vote;
  page.closed({ ...open("p", [9, 1]), status: "closed" });
  expect(page.current).toMatchObject({ status: "closed", votes: 10, my_vote: 0 });
  page.counted({ id: "p", votes: [0, 0] });
  await page.vote(1);
  expect([page.current?.votes, voting.length]).toEqual([10, 1]);
  page.dismiss();
  page.closed({ ...open("p"), status: "closed" });
  expect(page.current).toBeNull();
});

it("knows what was told while it loaded", async () => {
  const page = polls();
  listed = [open("p", [1, 0])];
  const loading = page.load();
  page.opened(open("q"));
  await loading;
  expect(page.current?.id).toBe("q");
});
