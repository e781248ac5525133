/**
 * Reads from the mirror what a change does to migrations, and has it judged.
 * It runs nothing of the repository; the proof stands beside this file.
 */
import { createHash } from "node:crypto";
import type { JudgedFile, MigrationFinding, MigrationVerdict } from "../../domain/migration-evidence.ts";
import type { Git } from "../../domain/ports/git-port.ts";
import { judgeChange } from "../../policy/migrations/files/change.ts";
import {
  foreignProvider,
  isOfInterest,
  type TouchedFolder,
  touchedFolders,
} from "../../policy/migrations/files/discover.ts";
import { layoutOf } from "../../policy/migrations/files/layout.ts";
import { sectionTool, upPart } from "../../policy/migrations/files/sections.ts";
import { openJudge } from "../../policy/migrations/judge.ts";
import type { Finding } from "../../policy/migrations/verdict.ts";
import type { SqlFile } from "./inside/apply.ts";
import { lockAdvice } from "./squawk.ts";

export interface ChangeFacts {
  readonly repositoryId: number;
  /** where the change began */
  readonly base: string;
  /** where the branch it goes to stands now */
  readonly tip: string;
  readonly head: string;
}

/** One folder of migrations that the change touches. */
export interface JudgedFolder {
  readonly folder: string;
  readonly files: readonly JudgedFile[];
  /** what stands before, and what is new, each in the order it is applied */
  readonly before: readonly SqlFile[];
  readonly added: readonly SqlFile[];
  /** why nothing of it was judged; null when it was */
  readonly foreign: string | null;
}

const AT_ONCE = 8;
const SEEDS = /^(prisma\/|db\/|database\/)?seeds?\.sql$/;

/** @returns one entry for each folder of migrations the change touches; [] when it touches none */
export async function readChange(git: Git, facts: ChangeFacts): Promise<readonly JudgedFolder[]> {
  const [base, tip, head] = await Promise.all(
    [facts.base, facts.tip, facts.head].map((commit) => hashesAt(git, facts, commit)),
  );
  if (base === undefined || tip === undefined || head === undefined) return [];
  const folders = touchedFolders(base, head);
  if (folders.length > 0) await openJudge();
  const judged: JudgedFolder[] = [];
  for (const touched of folders) judged.push(await judgeOne(git, facts, touched, tip));
  return judged;
}

/** @returns SQL of the repository that fills its database, as the base has it */
export async function readSeeds(git: Git, facts: ChangeFacts): Promise<readonly SqlFile[]> {
  const paths = (await git.tree(facts.repositoryId, facts.base))
    .map(({ path }) => path)
    .filter((path) => SEEDS.test(path));
  const texts = await readTexts(git, facts.repositoryId, facts.base, paths);
  return paths.map((name) => ({ name, sql: texts.get(name)?.toString("utf8") ?? "" }));
}

async function hashesAt(git: Git, { repositoryId }: ChangeFacts, commit: string): Promise<ReadonlyMap<string, string>> {
  const tree = await git.tree(repositoryId, commit);
  return new Map(
    tree.filter(({ path, mode }) => isOfInterest(path) && mode.startsWith("100")).map(({ path, sha }) => [path, sha]),
  );
}

async function judgeOne(
  git: Git,
  facts: ChangeFacts,
  touched: TouchedFolder,
  tip: ReadonlyMap<string, string>,
): Promise<JudgedFolder> {
  const { folder, base, head } = touched;
  const now = await readTexts(
    git,
    facts.repositoryId,
    facts.head,
    [...head.keys()].map((path) => folder + path),
  );
  const bytes = new Map([...head.keys()].map((path) => [path, now.get(folder + path) ?? Buffer.alloc(0)]));
  const texts = new Map([...bytes].map(([path, content]) => [path, content.toString("utf8")]));
  const foreign = foreignProvider(texts.get("migration_lock.toml") ?? "");
  const ofTip = new Map(
    [...tip].flatMap(([path, sha]) => (path.startsWith(folder) ? [[path.slice(folder.length), sha] as const] : [])),
  );
  const verdicts = foreign === null ? judgeChange(touched, ofTip, texts) : [];
  const order = orderOf(head, texts).map(({ path, sql }) => ({ name: folder + path, sql, known: base.has(path) }));
  return {
    folder,
    foreign,
    files: await Promise.all(
      verdicts.map(async ({ file, verdict }) => ({
        path: folder + file,
        sha256: bytes.has(file) ? sha256(bytes.get(file)) : null,
        verdict: verdict.verdict,
        findings: verdict.findings.map(findingFrom),
        notes: [...verdict.notes.map(findingFrom), ...(await lockAdvice(texts.get(file) ?? ""))],
      })),
    ),
    before: order.filter(({ known }) => known).map(({ name, sql }) => ({ name, sql })),
    added: order.filter(({ known }) => !known).map(({ name, sql }) => ({ name, sql })),
  };
}

/** In the order they are applied, each without the way back that its tool keeps in the same file. */
function orderOf(
  head: TouchedFolder["head"],
  texts: ReadonlyMap<string, string>,
): readonly { readonly path: string; readonly sql: string }[] {
  const { migrations, style } = layoutOf([...head.keys()]);
  const textOf = (path: string | undefined): string => (path === undefined ? "" : (texts.get(path) ?? ""));
  const tool = style === "plain" ? sectionTool(textOf(migrations[0])) : null;
  return migrations.map((path) => {
    const sql = textOf(path);
    return { path, sql: tool !== null && sectionTool(sql) === tool ? upPart(sql, tool) : sql };
  });
}

/** @returns the gravest of all files */
export function gravest(files: readonly Pick<JudgedFile, "verdict">[]): MigrationVerdict {
  const order: readonly MigrationVerdict[] = ["destructive", "needs-human"];
  return order.find((kind) => files.some(({ verdict }) => verdict === kind)) ?? "additive";
}

function findingFrom({ line, column, rule, because, remedy }: Finding): MigrationFinding {
  return { line, column, rule, because, remedy };
}

function sha256(bytes: Uint8Array | undefined): string {
  return createHash("sha256")
    .update(bytes ?? Buffer.alloc(0))
    .digest("hex");
}

async function readTexts(
  git: Git,
  repositoryId: number,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const texts = new Map<string, Buffer>();
  const waiting = [...paths];
  const reader = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const bytes = await git.file(repositoryId, commit, path);
      if (bytes !== null) texts.set(path, Buffer.from(bytes));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return texts;
}
