/**
 * What a person wants mended, point by point: a review is a batch, its body and
 * one point for each thread; a line comment is one; other words are one without
 * a place. Whose words count was judged before, but for what was said earlier
 * in a thread: of that, only Orion's and that of people who may write is kept.
 */
import type { ReviewComment } from "../../domain/ports/threads-port.ts";
import type { Point, Task, Thread } from "../../domain/task.ts";
import { addressOfComment } from "../../policy/addressing.ts";
import { visibleText } from "../../policy/markdown.ts";
import type { IntakeDeps } from "../effects.ts";
import { placeOf } from "../parse-request.ts";
import type { Permitted } from "./permitted.ts";

const WRITERS = ["write", "maintain", "admin"];
const LATE_MAX = 20;
const EARLIER_MAX = 10;
const EARLIER_CHARS = 2_000;
const HUNK_CHARS = 2_000;
const THIS_THREAD = "Do what was said before in this thread.";

/** @returns [] when nothing is said */
export async function pointsOf(deps: IntakeDeps, permitted: Permitted): Promise<readonly Point[]> {
  const { request } = permitted;
  if (request.review !== null) return numbered(await reviewPoints(deps, permitted, request.review));
  if (request.subject.kind === "review-comment") return numbered(await linePoint(deps, permitted, request.subject.id));
  return numbered([{ words: request.text, thread: null }]);
}

/**
 * What people said when nobody was at work on it any more: a bare `fix` takes it up.
 * @returns [] when there is nothing of people who may write
 */
export async function latePoints(
  deps: IntakeDeps,
  { request, repository }: Permitted,
  task: Task,
): Promise<readonly Point[]> {
  const open = (await deps.store.remarks(task.id)).filter(({ taken }) => !taken).slice(-LATE_MAX);
  const roles = new Map<string, boolean>([[request.author.login, true]]);
  const said: Said[] = [];
  for (const { person, text } of open) {
    const may = roles.get(person.login) ?? WRITERS.includes(await deps.github.role(repository, person.login));
    roles.set(person.login, may);
    const by = person.id === request.author.id ? {} : { by: person };
    if (may) said.push({ words: text, thread: null, ...by });
  }
  return numbered(said);
}

/** `path:line: words`, as the run's text tells it. */
export function inOneLine({ words, thread }: Point): string {
  return thread === null ? words : `${placeOf(thread.path, thread.line)}: ${words}`;
}

type Said = Omit<Point, "id">;

function numbered(said: readonly Said[]): readonly Point[] {
  return said.filter(({ words }) => words !== "").map((one, index) => ({ id: index + 1, ...one }));
}

/** The body, then the line comments by the same person; comments with a command of their own speak for themselves. */
async function reviewPoints(deps: IntakeDeps, permitted: Permitted, review: number): Promise<readonly Said[]> {
  const { request, repository } = permitted;
  const slug = await deps.github.appSlug();
  const all = await deps.github.reviewComments(repository, request.issueNumber);
  const own = all
    .filter((comment) => comment.review === review && comment.author?.id === request.author.id)
    .filter((comment) => addressOfComment(comment.body, slug).kind === "none");
  const points: Said[] = [{ words: request.text, thread: null }];
  // a thread is answered once, so what one review says in it is one point
  for (const [, comments] of Map.groupBy(own, rootOf)) {
    const words = comments.map(({ body }) => visibleText(body).text).filter((text) => text !== "");
    const [first] = comments;
    if (first !== undefined)
      points.push({ words: words.join("\n\n"), thread: await threadOf(deps, permitted, all, first) });
  }
  return points;
}

/** A command without words, in a thread where something was said, means that. */
async function linePoint(deps: IntakeDeps, permitted: Permitted, id: number): Promise<readonly Said[]> {
  const { request, repository } = permitted;
  const all = await deps.github.reviewComments(repository, request.issueNumber);
  const comment = all.find((one) => one.id === id);
  if (comment === undefined) return [{ words: request.text, thread: null }];
  const thread = await threadOf(deps, permitted, all, comment);
  const words = request.words === "" && thread.before.length > 0 ? THIS_THREAD : request.words;
  return [{ words, thread }];
}

function rootOf(comment: ReviewComment): number {
  return comment.inReplyTo ?? comment.id;
}

async function threadOf(
  deps: IntakeDeps,
  permitted: Permitted,
  all: readonly ReviewComment[],
  comment: ReviewComment,
): Promise<Thread> {
  const root = rootOf(comment);
  const earlier = all.filter((one) => rootOf(one) === root && one.id < comment.id && one.review !== comment.review);
  return { comment: root, ...linesOf(comment), before: await heard(deps, permitted, earlier.slice(-EARLIER_MAX)) };
}

/** Lines that changed since are told as they were, with the commit they were in. */
function linesOf(comment: ReviewComment): Omit<Thread, "comment" | "before"> {
  const outdated = comment.line === null && comment.originalLine !== null;
  const { path, side } = comment;
  const lines = outdated
    ? { line: comment.originalLine, startLine: comment.originalStartLine, commit: comment.originalCommit }
    : { line: comment.line, startLine: comment.startLine, commit: comment.commit };
  return { path, side, ...lines, outdated, hunk: comment.hunk.slice(-HUNK_CHARS) };
}

async function heard(
  deps: IntakeDeps,
  { repository, request }: Permitted,
  comments: readonly ReviewComment[],
): Promise<readonly string[]> {
  const own = `${await deps.github.appSlug()}[bot]`;
  const may = new Map<string, boolean>([
    [own, true],
    [request.author.login, true],
  ]);
  const kept: string[] = [];
  for (const { author, body } of comments) {
    if (author === null) continue;
    const known = may.get(author.login) ?? WRITERS.includes(await deps.github.role(repository, author.login));
    may.set(author.login, known);
    if (known) kept.push(`${author.login}: ${visibleText(body).text.slice(0, EARLIER_CHARS)}`);
  }
  return kept;
}
