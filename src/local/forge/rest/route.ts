/**
 * The form of a REST handler: GitHub's name for the operation, who may call
 * it, and a function whose input and answer have the types GitHub describes.
 */
import type { operations } from "@octokit/openapi-types";
import { type Need, requireNeed } from "../auth/permissions.ts";
import type { Principal } from "../auth/principal.ts";
import { GithubFault } from "../fault.ts";
import type { OperationName } from "../openapi/operations.ts";
import type { AccountRecord, Level, RepositoryRecord, Role } from "../state/records.ts";
import type { World } from "../world.ts";

type Described<Op extends OperationName> = operations[Op];
type PathOf<Op extends OperationName> =
  Described<Op> extends { parameters: { path: infer P } } ? P : Readonly<Record<string, never>>;
type QueryOf<Op extends OperationName> =
  Described<Op> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : Readonly<Record<string, never>>;
type BodyOf<Op extends OperationName> =
  Described<Op> extends { requestBody: { content: { "application/json": infer B } } }
    ? B
    : Described<Op> extends { requestBody?: { content: { "application/json": infer B } } }
      ? B | undefined
      : undefined;

type Good = 200 | 201 | 202 | 204 | 302;
type JsonOf<R> = R extends { content: { "application/json": infer B } } ? B : null;
export type Answer<Op extends OperationName> = {
  [S in keyof Described<Op>["responses"] & Good]: {
    readonly status: S;
    readonly body: JsonOf<Described<Op>["responses"][S]>;
    /** set on one page of a list: how many there are in all */
    readonly total?: number;
    /** set on one page of a list that is walked by cursor: where the next page begins */
    readonly nextCursor?: number;
    /** set when the answer is in another media type than JSON; it is sent unchecked */
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof Described<Op>["responses"] & Good];

export interface Call<Op extends OperationName> {
  readonly world: World;
  readonly principal: Principal;
  readonly path: PathOf<Op>;
  /** the same as `path`, without its types */
  readonly named: Readonly<Record<string, unknown>>;
  readonly query: QueryOf<Op>;
  readonly body: BodyOf<Op>;
  /** first item and number of items of the asked page */
  readonly page: { readonly start: number; readonly size: number };
  /** the asked media types */
  readonly accept: string;
}

export interface RepositoryCall<Op extends OperationName> extends Call<Op> {
  readonly repository: RepositoryRecord;
}

/** A route with its types taken off; what the contract checked is what the handler was promised. */
export interface Route {
  readonly operation: OperationName;
  readonly handle: (call: Call<OperationName>) => unknown;
}

type Who = "anyone" | "signed-in" | "app" | "installation" | "user";

/** An operation that is about no repository. */
export function route<Op extends OperationName>(
  operation: Op,
  who: Who,
  handle: (call: Call<Op>) => Answer<Op> | Promise<Answer<Op>>,
): Route {
  const guarded = (call: Call<Op>) => {
    requireKind(call.principal, who);
    return handle(call);
  };
  return { operation, handle: guarded as unknown as Route["handle"] };
}

function requireKind(principal: Principal, who: Who): void {
  if (who === "anyone" || principal.kind === who) return;
  if (who === "signed-in" && principal.kind !== "anonymous") return;
  if (who === "app") throw new GithubFault(401, "A JSON web token could not be decoded");
  if (principal.kind === "anonymous") throw new GithubFault(401, "Requires authentication");
  throw new GithubFault(403, "Resource not accessible by integration");
}

export interface Access {
  readonly needs: Need;
  /** true when "pull requests" permission is as good, should the issue named in the path be a pull request */
  readonly orPulls?: boolean;
}

/**
 * @param permission an App's permission and level, e.g. `issues:write`
 * @param role the least role a person needs
 */
export function needs(permission: `${string}:${Level}`, role: Role): Access {
  const [name = "", level] = permission.split(":");
  return { needs: { permission: name, level: level === "write" ? "write" : "read", role } };
}

/** As `needs`, for what issues and pull requests share. */
export function needsForIssue(level: Level, role: Role): Access {
  return { ...needs(`issues:${level}`, role), orPulls: true };
}

/** An operation on one repository, which the path names by owner and name. */
export function repositoryRoute<Op extends OperationName>(
  operation: Op,
  access: Access,
  handle: (call: RepositoryCall<Op>) => Answer<Op> | Promise<Answer<Op>>,
): Route {
  const guarded = (call: Call<Op>) => {
    const repository = repositoryAt(call.world, call.named);
    requireNeed(call.principal, repository, alternativesOf(call.world, repository, access, call.named));
    return handle({ ...call, repository });
  };
  return { operation, handle: guarded as unknown as Route["handle"] };
}

function repositoryAt(world: World, path: Readonly<Record<string, unknown>>): RepositoryRecord {
  const found = findRepository(world, String(path.owner), String(path.repo));
  if (found === undefined) throw new GithubFault(404, "Not Found");
  return found;
}

export function findRepository(world: World, owner: string, name: string): RepositoryRecord | undefined {
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  return world.state.repositories.find((one) => same(one.owner, owner) && same(one.name, name));
}

function alternativesOf(
  world: World,
  repository: RepositoryRecord,
  access: Access,
  path: Readonly<Record<string, unknown>>,
): readonly Need[] {
  if (access.orPulls !== true || !namesPull(world, repository, path)) return [access.needs];
  return [access.needs, { ...access.needs, permission: "pull_requests" }];
}

function namesPull(world: World, repository: RepositoryRecord, path: Readonly<Record<string, unknown>>): boolean {
  const { issue_number: number, comment_id: commentId } = path;
  const comment = typeof commentId === "number" ? world.state.comments.get(commentId) : undefined;
  const issue = world.state.issues.find((one) =>
    comment === undefined ? one.repositoryId === repository.id && one.number === number : one.id === comment.issueId,
  );
  return issue !== undefined && issue.pull !== null;
}

/** @throws GithubFault 403 when nobody is there to be named as the author */
export function actorOf(call: Pick<Call<OperationName>, "principal">): AccountRecord {
  const { principal } = call;
  if (principal.kind === "user" || principal.kind === "installation") return principal.account;
  throw new GithubFault(403, "Resource not accessible by integration");
}

/** One page of a list, shaped. */
export function pageOf<T, S>(
  call: Pick<Call<OperationName>, "page">,
  all: readonly T[],
  shape: (item: T) => S,
): { readonly status: 200; readonly body: S[]; readonly total: number } {
  const { start, size } = call.page;
  return { status: 200, body: all.slice(start, start + size).map(shape), total: all.length };
}
