/**
 * Judges what concerns the session: settings and transactions.
 */
import type { TransactionStmt, VariableSetStmt } from "@pgsql/types";
import { constantOf } from "../schema/constants.ts";
import type { Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";

/** Settings that tools write at the head of a file, with the values that change no meaning. */
const HARMLESS: ReadonlyMap<string, RegExp> = new Map([
  ["lock_timeout", /^.+$/],
  ["statement_timeout", /^.+$/],
  ["idle_in_transaction_session_timeout", /^.+$/],
  ["transaction_timeout", /^.+$/],
  ["deadlock_timeout", /^.+$/],
  ["client_encoding", /^utf-?8$/i],
  ["standard_conforming_strings", /^(on|true|1|yes)$/i],
  ["escape_string_warning", /^.+$/],
  ["check_function_bodies", /^.+$/],
  ["xmloption", /^.+$/],
  ["client_min_messages", /^.+$/],
  ["row_security", /^(off|on|false|true)$/i],
  ["default_tablespace", /^$/],
  ["default_table_access_method", /^heap$/],
  ["default_with_oids", /^(off|false)$/i],
  ["maintenance_work_mem", /^.+$/],
  ["timezone", /^utc$/i],
  ["application_name", /^.*$/],
]);

export function judgeSet(statement: VariableSetStmt, scene: Scene): readonly Remark[] {
  const name = statement.name ?? "";
  const values = (statement.args ?? []).map((arg) => constantOf(arg));
  if (statement.kind === "VAR_RESET" && HARMLESS.has(name)) return [];
  if (statement.kind === "VAR_SET_DEFAULT" && HARMLESS.has(name)) return [];
  if (statement.kind !== "VAR_SET_VALUE") return remark("setting-changed", `"${name || "a setting"}"`);
  return judgeSetting(name, values.map(String), scene);
}

/** Judges one setting's new value, however it is written. */
export function judgeSetting(name: string, values: readonly string[], scene: Scene): readonly Remark[] {
  const setting = name.toLowerCase();
  if (setting === "search_path")
    return judgeSearchPath(
      values.flatMap((value) => value.split(",")).map((part) => part.trim()),
      scene,
    );
  return HARMLESS.get(setting)?.test(values.join(",")) === true ? [] : remark("setting-changed", `"${setting}"`);
}

/** @returns the schema that names without one go to; "" as dumps set it means nowhere */
export function firstSchema(values: readonly string[]): string {
  return values.find((part) => part !== "$user" && part !== '"$user"' && part !== "pg_catalog") ?? "";
}

function judgeSearchPath(schemas: readonly string[], scene: Scene): readonly Remark[] {
  const known = schemas.every(
    (part) => ["", "public", "pg_catalog", "$user", '"$user"', "extensions"].includes(part) || scene.schemas.has(part),
  );
  return remark(known ? "search-path-set" : "search-path", "search_path");
}

/**
 * Judges BEGIN and COMMIT. Only a pair around the whole file is let through,
 * and only where the tool runs the file as it is.
 */
export function judgeTransaction(
  statement: TransactionStmt,
  place: { readonly first: boolean; readonly last: boolean; readonly wrapped: boolean },
): readonly Remark[] {
  const opens = place.first && (statement.kind === "TRANS_STMT_BEGIN" || statement.kind === "TRANS_STMT_START");
  const closes = place.last && statement.kind === "TRANS_STMT_COMMIT" && statement.chain !== true;
  if (place.wrapped && (opens || closes)) return opens ? remark("wrapped-in-transaction", "BEGIN") : [];
  return remark("transaction-control", statement.kind?.replace("TRANS_STMT_", "") ?? "a transaction");
}
