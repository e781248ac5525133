/**
 * Where the lines of review comments stand once a pull request has moved, by
 * git's own differences: from the commit a comment was made on to the head.
 */
import { differences, type FileDifference, hunkAround } from "../../git/diff.ts";
import { lineAfter } from "../../git/lines.ts";
import type { LinePlace, PullRecord, RepositoryRecord, ReviewCommentRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { positionOf } from "../shape/review.ts";
import { range } from "./range.ts";

type Made = Pick<ReviewCommentRecord, "path" | "side" | "line" | "startLine" | "commitId" | "fromId">;
type Compare = (from: string, to: string) => Promise<readonly FileDifference[]>;

/** The head of a pull request moved: each comment is followed, or is outdated from now on. */
export async function followLines(world: World, repository: RepositoryRecord, pull: PullRecord): Promise<void> {
  const comments = world.state.reviewComments.where((one) => one.issueId === pull.id);
  const compare = comparing(repository);
  for (const comment of comments) {
    const place = await placeIn(repository, pull, comment, compare);
    const now = world.state.reviewComments.get(comment.id);
    if (now !== undefined) world.state.reviewComments.put({ ...now, place });
  }
}

/** @returns null when the difference of the pull request does not show those lines any more */
export function placeNow(repository: RepositoryRecord, pull: PullRecord, made: Made): Promise<LinePlace | null> {
  return placeIn(repository, pull, made, comparing(repository));
}

/** Each two commits are compared once. */
function comparing(repository: RepositoryRecord): Compare {
  const known = new Map<string, Promise<readonly FileDifference[]>>();
  return (from, to) => {
    const found = known.get(`${from} ${to}`) ?? differences(repository.path, from, to);
    known.set(`${from} ${to}`, found);
    return found;
  };
}

async function placeIn(
  repository: RepositoryRecord,
  pull: PullRecord,
  made: Made,
  compare: Compare,
): Promise<LinePlace | null> {
  const { from, to } = await range(repository, pull);
  const since = made.side === "RIGHT" ? await compare(made.commitId, to) : await compare(made.fromId, from);
  const moved = since.find((one) => (one.previousPath ?? one.path) === made.path);
  if (moved !== undefined && (moved.path !== made.path || moved.patch === null)) return null;
  const follow = (line: number): number | null => (moved?.patch ? lineAfter(moved.patch, line) : line);
  const first = made.startLine ?? made.line;
  const lines = Array.from({ length: made.line - first + 1 }, (_, index) => follow(first + index));
  const [line, startLine] = [lines.at(-1) ?? null, lines[0] ?? null];
  if (line === null || startLine === null || lines.includes(null)) return null;
  const shown = (await compare(from, to)).find(({ path }) => path === made.path)?.patch;
  const hunk = shown ? hunkAround(shown, line, made.side) : null;
  if (hunk === null) return null;
  return { commitId: to, line, startLine: made.startLine === null ? null : startLine, position: positionOf(hunk) };
}
