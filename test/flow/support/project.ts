/** A small repository on the forge, and what a person does and sees there: REST and git, nothing else. */
import { asPerson, type Person, type Place } from "../../../src/local/forge/person.ts";
import type { Forge, ForgeRepository } from "../../../src/local/forge/start-forge.ts";
import { git } from "./clone.ts";

const MANIFEST = { name: "math", private: true, type: "module", scripts: { test: "node --test" } };

/** No dependencies, so nothing is to be set up. */
export const FILES: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify(MANIFEST, null, 2)}\n`,
  "README.md": "# math\n",
  "src/math.js": "export const add = (a, b) => a + b;\n",
  "test/math.test.js": [
    'import assert from "node:assert/strict";',
    'import test from "node:test";',
    'import { add } from "../src/math.js";',
    "",
    'test("adds", () => assert.equal(add(1, 2), 3));',
    "",
  ].join("\n"),
};

export interface SeenComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
}

export interface SeenPull {
  readonly number: number;
  readonly state: string;
  readonly draft: boolean;
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
}

export interface SeenCheck {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null; readonly summary: string | null };
}

export interface Project {
  readonly place: Place;
  readonly repository: ForgeRepository;
  /** where people left the default branch */
  readonly mainSha: string;
  /** A person has moved the default branch: from now on it must stay there. @returns where that is */
  peopleMovedMain(): Promise<string>;
  readonly writerId: number;
  /** may write */
  readonly maya: Person;
  /** everybody else, by name */
  person(login: string): Person;
  /** address with a writer's token in it */
  readonly cloneUrl: string;
  /** @returns the number of the new issue */
  asks(title: string, body?: string): Promise<number>;
  comments(issue: number): Promise<readonly SeenComment[]>;
  /** the App's own on an issue or pull request, in the order they were made */
  reactions(issue: number): Promise<readonly string[]>;
  reactionsTo(comment: number): Promise<readonly string[]>;
  pulls(): Promise<readonly SeenPull[]>;
  checks(sha: string): Promise<readonly SeenCheck[]>;
  /** those of one name, of which there should be one */
  checksNamed(name: string, sha: string): Promise<readonly SeenCheck[]>;
  /** branch names to commits */
  branches(): Promise<Readonly<Record<string, string>>>;
}

export interface ProjectOptions {
  readonly owner?: string;
  readonly name?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** login of the person who may write; maya when missing */
  readonly writer?: string;
  /** false: no rule guards the default branch */
  readonly protected?: boolean;
}

export async function makeProject(forge: Forge, options: ProjectOptions = {}): Promise<Project> {
  const { owner = "acme", name = "math", files = FILES, writer = "maya" } = options;
  const repository = await forge.addRepository({
    owner,
    name,
    files,
    ...(options.protected === undefined ? {} : { protected: options.protected }),
    collaborators: { [writer]: "write", rita: "read" },
  });
  const place: Place = { owner, repo: name };
  const { token, id: writerId } = forge.addUser({ login: writer });
  const maya = asPerson(forge, token);
  const at = `/repos/${owner}/${name}`;
  const get = async <T>(path: string): Promise<T> => (await maya.call("GET", `${at}${path}`)) as T;
  const branches = async (): Promise<Readonly<Record<string, string>>> => {
    const lines = (await git(null, ["ls-remote", "--heads", repository.cloneUrl(token)])).split("\n").filter(Boolean);
    return Object.fromEntries(
      lines
        .map((line) => line.split("\t").reverse())
        .map(([ref = "", sha = ""]) => [ref.replace("refs/heads/", ""), sha]),
    );
  };
  const own = async (path: string): Promise<readonly string[]> => {
    const found = await get<{ content: string; user: { login: string } }[]>(`/issues/${path}/reactions?per_page=100`);
    return found.filter((one) => one.user.login === `${forge.appSlug}[bot]`).map((one) => one.content);
  };
  let mainSha = (await branches()).main ?? "";
  const checks = async (sha: string): Promise<readonly SeenCheck[]> =>
    (await get<{ check_runs: SeenCheck[] }>(`/commits/${sha}/check-runs?per_page=100`)).check_runs;
  return {
    place,
    repository,
    get mainSha() {
      return mainSha;
    },
    peopleMovedMain: async () => {
      mainSha = (await branches()).main ?? "";
      return mainSha;
    },
    writerId,
    maya,
    person: (login) => asPerson(forge, forge.addUser({ login }).token),
    cloneUrl: repository.cloneUrl(token),
    asks: async (title, body) => {
      const { number } = await maya.fileIssue(place, { title, ...(body === undefined ? {} : { body }) });
      if (number === undefined) throw new TypeError("an issue without a number");
      return number;
    },
    comments: async (issue) => {
      const found = await get<{ id: number; user: { login: string }; body: string }[]>(
        `/issues/${issue}/comments?per_page=100`,
      );
      return found.map(({ id, user, body }) => ({ id, author: user.login, body }));
    },
    reactions: (issue) => own(String(issue)),
    reactionsTo: (comment) => own(`comments/${comment}`),
    pulls: () => get("/pulls?state=all&per_page=100"),
    checks,
    checksNamed: async (name, sha) => (await checks(sha)).filter((check) => check.name === name),
    branches,
  };
}
