/** Questions and polls of the demo channel, in development only. */
import type { Figure, QuestionCreated, RoomEvents } from "../src/client/events.ts";
import { chosen, counted, type Poll } from "../src/lib/polls/poll.ts";
import type { Question } from "../src/client/types.ts";

type Answer = { status?: number; body?: unknown };
type Handler = (body: Record<string, string>, match: string[]) => Answer;
type Publish = <Name extends keyof RoomEvents>(event: Name, data: RoomEvents[Name]) => void;
type Tell = <Name extends Figure>(event: Name, data: RoomEvents[Name]) => void;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A question that others asked, with what is said of it besides. */
export function question(id: string, more: Partial<Question> = {}): Question {
  return {
    id,
    question: "Does it come in blue?",
    votes: 0,
    my_vote: 0,
    mine: false,
    status: "open",
    state: "shown",
    pinned: false,
    answering: false,
    answer: null,
    anonymous: false,
    author: { data: { id: "a-June", name: "June", avatar: null, guest: true, role: "viewer" } },
    created_at: ago(30),
    ...more,
  };
}

function ask(id: number, words: string, name: string | null, votes: number, more: Partial<Question> = {}): Question {
  const author: Question["author"] = {
    data: name === null ? [] : { id: `a-${name}`, name, avatar: null, guest: true, role: "viewer" },
  };
  return question(`q${id}`, {
    question: words,
    votes,
    anonymous: name === null,
    author,
    created_at: ago(30 - id),
    ...more,
  });
}

const questions: Question[] = [
  ask(1, "Is the oat glaze safe for the dishwasher, and does it keep its colour over the years?", "Priya", 42),
  ask(2, "Do you ship to Belgium?", "Anouk", 31, { my_vote: 1 }),
  ask(3, "Will there be a larger pour-over set for six cups?", null, 17),
  ask(4, "How do you care for the walnut board?", "June", 12, {
    status: "answered",
    answer: "With food-safe oil, about every second month.\nNever in the dishwasher.",
  }),
  ask(5, "Which clay do you use?", "Tomás", 9, { pinned: true }),
  ask(6, "هل يمكن شحن الطقم إلى الدار البيضاء؟", "Salma", 7),
  ask(7, "Can one visit the workshop?", "A name of somebody that is rather longer than names should be", 3),
  ask(8, "Gibt es die Schürze auch in Rot?", "Jörg", 2),
  ask(9, "Buy followers at example.test!!!", "Bot", 0, { state: "held" }),
  ask(10, "Nobody should read this", "Rude", 0, { status: "removed" }),
];
let answering: { id: string; question: string; at: string } | null = null;

const polls: Poll[] = [
  draft("p1", "Which glaze shall we fire next?", [
    "Oat",
    "Celadon",
    "Ash blue",
    "Something entirely different, surprise us",
  ]),
  draft("p2", "When shall the next show be?", ["Saturday morning", "Sunday evening"]),
];
let made = 2;

/** A draft, with what is said of it besides. */
export function poll(id: string, more: Partial<Poll> = {}): Poll {
  const answers = ["Oat", "Celadon"].map((text) => ({ text, votes: 0, share: 0 }));
  return {
    id,
    question: "Which glaze shall we fire next?",
    answers,
    votes: 0,
    status: "draft",
    seconds: null,
    opened_at: null,
    closes_at: null,
    closed_at: null,
    session_id: null,
    my_vote: null,
    ...more,
  };
}

function draft(id: string, words: string, answers: string[], seconds: number | null = null): Poll {
  return poll(id, { question: words, answers: answers.map((text) => ({ text, votes: 0, share: 0 })), seconds });
}

const ok = (data: unknown): Answer => ({ body: { data } });
const missing: Answer = { status: 404, body: { error: { code: 404, title: "Not found", message: "Not found" } } };
const told = (question: Question): QuestionCreated => ({ ...question, my_vote: 0, mine: false });
const find = (id: string | undefined) => questions.find((each) => each.id === id);

function close(publish: Publish, open: Poll): void {
  Object.assign(open, { status: "closed", closed_at: new Date().toISOString() });
  publish("poll.closed", open);
}

export function crowdVotes(tell: Tell): void {
  const open = polls.find(({ status }) => status === "open");
  if (open) {
    const place = Math.floor(Math.random() ** 2 * open.answers.length);
    const votes = open.answers.map((each, at) => each.votes + (at === place ? 1 + Math.floor(Math.random() * 4) : 0));
    Object.assign(open, counted(open, votes));
    tell("poll.counted", { id: open.id, votes });
  }
  const some = questions.filter(({ status, state }) => status === "open" && state === "shown");
  const one = some[Math.floor(Math.random() * some.length)];
  if (!one) return;
  one.votes += 1 + Math.floor(Math.random() * 3);
  tell("questions.counted", { votes: { [one.id]: one.votes } });
}

export function askingRoutes(publish: Publish, tell: Tell): [string, RegExp, Handler][] {
  const change = (id: string | undefined, changes: Partial<Question>): Question | undefined => {
    const found = find(id);
    return found && Object.assign(found, changes);
  };
  return [
    [
      "POST",
      /^\/questions\/read$/,
      ({ status = "open" }) => {
        const which =
          status === "held"
            ? questions.filter(({ state }) => state === "held")
            : questions.filter((each) => each.status === status && each.state === "shown");
        const pinned = questions.find((each) => each.pinned) ?? null;
        return {
          body: {
            data: which.sort((a, b) => b.votes - a.votes),
            meta: { cursor: null, pinned, answering, anonymous: true },
          },
        };
      },
    ],
    [
      "POST",
      /^\/questions\/create$/,
      (body) => {
        const anonymous = String(body["anonymous"]) === "true";
        const state = body["question"]?.includes("http") ? "held" : "shown";
        const asked = ask(questions.length + 1, body["question"] ?? "", body["name"] ?? "Maya", 0, {
          mine: true,
          anonymous,
          state,
          created_at: ago(0),
        });
        questions.push(asked);
        if (state === "shown")
          publish("question.created", { ...told(asked), author: { data: anonymous ? [] : asked.author.data } });
        else publish("question.held", told(asked));
        return ok(asked);
      },
    ],
    [
      "POST",
      /^\/questions\/vote$/,
      (body) => {
        const found = find(body["questionId"]);
        if (!found) return missing;
        const vote = Number(body["direction"]) === 2 ? 1 : 0;
        found.votes += vote - found.my_vote;
        found.my_vote = vote;
        tell("questions.counted", { votes: { [found.id]: found.votes } });
        return ok(found);
      },
    ],
    [
      "POST",
      /^\/questions\/archive$/,
      (body) => {
        const status = body["status"] === "removed" ? "removed" : "answered";
        const found = change(body["questionId"], { status });
        if (!found) return missing;
        publish("question.archived", { id: found.id, status });
        return ok(found);
      },
    ],
    [
      "POST",
      /^\/questions\/(\w+)\/(restore|pin|answering|review)$/,
      (body, [, id, verb]) => {
        const found = find(id);
        if (!found) return missing;
        if (verb === "restore") {
          change(id, { status: "open", state: "shown" });
          publish("question.restored", told(found));
        } else if (verb === "review") {
          const shown = body["decision"] === "approve";
          change(id, shown ? { state: "shown" } : { status: "removed", state: "shown" });
          if (shown) publish("question.created", told(found));
        } else if (verb === "pin") {
          for (const each of questions) each.pinned = each === found;
          publish("question.pinned", { id: found.id });
        } else {
          answering = { id: found.id, question: found.question, at: new Date().toISOString() };
          publish("question.answering", answering);
        }
        return ok(found);
      },
    ],
    [
      "DELETE",
      /^\/questions\/(\w+)\/pin$/,
      (_body, [, id]) => {
        publish("question.pinned", { id: null });
        return ok(change(id, { pinned: false }));
      },
    ],
    [
      "PUT",
      /^\/questions\/(\w+)$/,
      (body, [, id]) => {
        const found = change(id, { answer: body["answer"] ?? null, status: "answered" });
        if (!found) return missing;
        publish("question.answered", { id: found.id, answer: found.answer, status: found.status });
        return ok(found);
      },
    ],
    [
      "DELETE",
      /^\/events\/[^/]+\/questions\/answering$/,
      () => {
        answering = null;
        publish("question.answering", { id: null, question: null, at: new Date().toISOString() });
        return ok({ id: null });
      },
    ],
    [
      "GET",
      /^\/events\/[^/]+\/polls$/,
      () => {
        const rank = { open: 0, draft: 1, closed: 2 };
        const listed = [...polls].sort((a, b) => rank[a.status] - rank[b.status]);
        return {
          body: { data: listed, meta: { pagination: { total: polls.length, total_pages: 1, current_page: 1 } } },
        };
      },
    ],
    [
      "POST",
      /^\/events\/[^/]+\/polls$/,
      (body) => {
        const asked = draft(
          `p${++made}`,
          body["question"] ?? "",
          body["answers"] as unknown as string[],
          (body["seconds"] as unknown as number) ?? null,
        );
        polls.push(asked);
        return ok(asked);
      },
    ],
    [
      "PUT",
      /^\/polls\/(\w+)$/,
      (body, [, id]) => {
        const found = polls.find((each) => each.id === id);
        if (!found) return missing;
        const { question, answers, seconds } = draft(
          found.id,
          body["question"] ?? "",
          body["answers"] as unknown as string[],
          (body["seconds"] as unknown as number) ?? null,
        );
        return ok(Object.assign(found, { question, answers, seconds }));
      },
    ],
    [
      "DELETE",
      /^\/polls\/(\w+)$/,
      (_body, [, id]) => {
        polls.splice(
          polls.findIndex((each) => each.id === id),
          1,
        );
        return ok({ id });
      },
    ],
    [
      "POST",
      /^\/polls\/(\w+)\/(open|close|vote)$/,
      (body, [, id, verb]) => {
        const found = polls.find((each) => each.id === id);
        if (!found) return missing;
        if (verb === "open") {
          const closes_at = found.seconds === null ? null : new Date(Date.now() + found.seconds * 1000).toISOString();
          Object.assign(found, { status: "open", opened_at: new Date().toISOString(), closes_at });
          publish("poll.opened", found);
          if (found.seconds !== null)
            setTimeout(() => found.status === "open" && close(publish, found), found.seconds * 1000);
        } else if (verb === "close") close(publish, found);
        else {
          Object.assign(found, chosen(found, Number(body["answer"])));
          tell("poll.counted", { id: found.id, votes: found.answers.map(({ votes }) => votes) });
        }
        return ok(found);
      },
    ],
  ];
}
