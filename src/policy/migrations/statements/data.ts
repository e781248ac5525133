/**
 * Judges statements about rows. Rows of tables made in this file are free;
 * rows that exist are never changed.
 */
import type { InsertStmt, Node, SelectStmt, UpdateStmt } from "@pgsql/types";
import { constantOf } from "../schema/constants.ts";
import { readExpression } from "../schema/expressions.ts";
import { isBookkeeping, isSystemName, listKey, relationKey, shown, strings } from "../schema/names.ts";
import { freshColumns, originOf, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { codeRun } from "./code.ts";
import { judgeSetting } from "./session.ts";
import { judgeName } from "./tables.ts";

export function judgeInsert(statement: InsertStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.relation, scene.path);
  const about = `table ${shown(key)}`;
  if (isSystemName(statement.relation)) return remark("system-object", about);
  const origin = originOf(statement.relation, scene);
  if (isBookkeeping(statement.relation?.relname) && origin === "before") return remark("bookkeeping-table", about);
  const code = codeRun(
    about,
    statement.cols,
    statement.selectStmt,
    statement.withClause,
    statement.returningClause,
    conflictParts(statement),
  );
  const action = statement.onConflictClause?.action;
  if (action === "ONCONFLICT_UPDATE" && origin !== "here") return [...code, ...remark("rows-changed", about)];
  const free = origin !== "before";
  if (!free) return [...code, ...remark("rows-added", about)];
  const query =
    statement.selectStmt !== undefined && "SelectStmt" in statement.selectStmt
      ? statement.selectStmt.SelectStmt
      : undefined;
  return query?.fromClause === undefined ? code : [...code, ...remark("copies-rows", about)];
}

function conflictParts(statement: InsertStmt): unknown {
  const clause = statement.onConflictClause;
  return [clause?.targetList, clause?.whereClause, clause?.infer?.whereClause];
}

export function judgeUpdate(statement: UpdateStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.relation, scene.path);
  const about = `table ${shown(key)}`;
  const code = codeRun(
    about,
    statement.targetList,
    statement.whereClause,
    statement.fromClause,
    statement.withClause,
    statement.returningClause,
  );
  const targets = (statement.targetList ?? []).map((node) => ("ResTarget" in node ? node.ResTarget.name : undefined));
  const fresh = freshColumns(key, scene);
  const onlyFresh = targets.length > 0 && targets.every((name) => name !== undefined && fresh.has(name));
  if (originOf(statement.relation, scene) === "here" || onlyFresh) return [...code, ...remark("backfill", about)];
  return [...code, ...remark("rows-changed", about)];
}

/** Judges a bare SELECT: only what dumps write, and constants. */
export function judgeSelect(statement: SelectStmt, scene: Scene): readonly Remark[] {
  if (statement.intoClause !== undefined) {
    const { intoClause, ...query } = statement;
    const about = `"${intoClause.rel?.relname}"`;
    return [...judgeName(intoClause.rel, scene), ...codeRun(about, query), ...remark("copies-rows", about)];
  }
  const prelude = dumpCall(statement);
  if (prelude !== undefined) return judgeDumpCall(prelude.name, prelude.args, scene);
  const reading = readExpression({ SelectStmt: statement });
  const plain = statement.fromClause === undefined && statement.withClause === undefined && reading.fails === "no";
  const code = codeRun("a SELECT", { SelectStmt: statement });
  return code.length > 0 || plain ? code : remark("unknown-statement", "a SELECT");
}

/** @returns the one built-in function a bare SELECT calls, as dumps write it; undefined for every other form */
export function dumpCall(statement: SelectStmt) {
  const [target, ...more] = statement.targetList ?? [];
  if (
    more.length > 0 ||
    target === undefined ||
    statement.fromClause !== undefined ||
    statement.whereClause !== undefined
  )
    return undefined;
  const value = "ResTarget" in target ? target.ResTarget.val : undefined;
  if (value === undefined || !("FuncCall" in value)) return undefined;
  const name = strings(value.FuncCall.funcname);
  const builtIn = name.length === 1 || name[0] === "pg_catalog";
  return builtIn ? { name: name.at(-1) ?? "", args: value.FuncCall.args ?? [] } : undefined;
}

function judgeDumpCall(name: string, args: readonly Node[], scene: Scene): readonly Remark[] {
  const [first, second] = args.map((arg) => constantOf(arg));
  if (name === "set_config" && typeof first === "string" && typeof second === "string")
    return judgeSetting(first, [second], scene);
  if (name === "setval" && typeof first === "string" && typeof second === "number") {
    const key = listKey(
      first.split(".").map((part) => part.replaceAll('"', "")),
      scene.path,
    );
    return scene.made.has(key) ? [] : remark("sequence-changed", `sequence ${shown(key)}`);
  }
  return codeRun("a SELECT", { FuncCall: { funcname: [{ String: { sval: name } }], args } }).length > 0
    ? remark("function-refused", `function ${name}`)
    : remark("unknown-statement", "a SELECT");
}
