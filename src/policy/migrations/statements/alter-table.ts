/**
 * Judges ALTER TABLE, one command at a time, by whether its table stood before.
 */
import type { AlterTableCmd, AlterTableStmt, Node } from "@pgsql/types";
import { isBookkeeping, isSystemName, type Key, relationKey, shown } from "../schema/names.ts";
import { originOf, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { codeStored } from "./code.ts";
import { judgeAddedColumn, judgeColumnRule, judgeNewColumn, judgeTypeChange } from "./columns.ts";
import { judgeAddedConstraint, judgeNewConstraint } from "./constraints.ts";

/** Alterations of a table made in this file that can break nothing. */
const FREE_ON_NEW = new Set<AlterTableCmd["subtype"]>([
  "AT_ColumnDefault",
  "AT_SetNotNull",
  "AT_DropNotNull",
  "AT_AlterColumnType",
  "AT_SetStatistics",
  "AT_SetStorage",
  "AT_SetCompression",
  "AT_SetOptions",
  "AT_ResetOptions",
  "AT_AddIdentity",
  "AT_SetIdentity",
  "AT_AddIndexConstraint",
  "AT_ValidateConstraint",
  "AT_ReplicaIdentity",
  "AT_EnableRowSecurity",
  "AT_ForceRowSecurity",
  "AT_ClusterOn",
  "AT_SetRelOptions",
  "AT_ResetRelOptions",
  "AT_SetLogged",
]);
/** Where IF NOT EXISTS may have left another table, these could refuse its rows. */
const STRICT = new Set<AlterTableCmd["subtype"]>(["AT_SetNotNull", "AT_AlterColumnType", "AT_AddIdentity"]);
const UPKEEP_OF_EXISTING = new Set<AlterTableCmd["subtype"]>([
  "AT_SetStatistics",
  "AT_SetStorage",
  "AT_SetCompression",
  "AT_SetOptions",
  "AT_ResetOptions",
  "AT_ReplicaIdentity",
  "AT_ClusterOn",
  "AT_DropCluster",
  "AT_SetRelOptions",
  "AT_ResetRelOptions",
  "AT_SetLogged",
  "AT_SetTableSpace",
]);

export function judgeAlterTable(statement: AlterTableStmt, scene: Scene): readonly Remark[] {
  const key = relationKey(statement.relation, scene.path);
  if (isSystemName(statement.relation)) return remark("system-object", shown(key));
  if (isBookkeeping(statement.relation?.relname) && originOf(statement.relation, scene) === "before")
    return remark("bookkeeping-table", shown(key));
  const commands = (statement.cmds ?? []).flatMap((node) => ("AlterTableCmd" in node ? [node.AlterTableCmd] : []));
  if (statement.objtype === "OBJECT_TABLE") return commands.flatMap((cmd) => judgeCommand(cmd, statement, key, scene));
  if (statement.objtype === "OBJECT_INDEX") return commands.flatMap((cmd) => judgeIndexCommand(cmd, shown(key)));
  return commands.flatMap((cmd) => judgeOtherCommand(cmd, shown(key), scene.made.has(key)));
}

function judgeIndexCommand(cmd: AlterTableCmd, about: string): readonly Remark[] {
  if (cmd.subtype === "AT_AttachPartition") return remark("attached-on-existing", about);
  return remark(UPKEEP_OF_EXISTING.has(cmd.subtype) ? "storage-changed" : "unknown-statement", about);
}

function judgeOtherCommand(cmd: AlterTableCmd, about: string, made: boolean): readonly Remark[] {
  if (cmd.subtype === "AT_ChangeOwner") return remark(made ? "owner-of-new" : "move", about);
  return remark("unknown-statement", about);
}

function judgeCommand(cmd: AlterTableCmd, statement: AlterTableStmt, key: Key, scene: Scene): readonly Remark[] {
  const origin = originOf(statement.relation, scene);
  const about = cmd.name === undefined ? shown(key) : `"${cmd.name}" of ${shown(key)}`;
  if (cmd.subtype === "AT_AddColumn") return judgeAddColumn(cmd, key, origin === "here", scene);
  if (cmd.subtype === "AT_AddConstraint" && cmd.def !== undefined && "Constraint" in cmd.def) {
    const { Constraint: constraint } = cmd.def;
    return origin === "before"
      ? judgeAddedConstraint(constraint, key, scene)
      : judgeNewConstraint(constraint, key, scene);
  }
  if (cmd.subtype === "AT_AttachPartition") return judgeAttach(cmd, origin === "here", about, scene);
  if (cmd.subtype === "AT_ChangeOwner") return remark(origin === "before" ? "move" : "owner-of-new", about);
  const surelyNew = origin === "here" || (origin === "perhaps" && scene.complete && !STRICT.has(cmd.subtype));
  if (origin === "perhaps" && cmd.subtype === "AT_EnableRowSecurity" && !surelyNew)
    return remark("policy-on-new", about);
  if (surelyNew && FREE_ON_NEW.has(cmd.subtype)) return codeStored(about, columnParts(cmd.def));
  return judgeExisting(cmd, key, about, scene);
}

function judgeAddColumn(cmd: AlterTableCmd, key: Key, isNew: boolean, scene: Scene): readonly Remark[] {
  if (cmd.def === undefined || !("ColumnDef" in cmd.def)) return remark("unknown-form", shown(key));
  if (isNew) return judgeNewColumn(cmd.def.ColumnDef, key, scene);
  const taken = scene.tables.get(key)?.columns.has(cmd.def.ColumnDef.colname ?? "") === true;
  return taken && cmd.missing_ok === true
    ? remark("if-not-exists", `column "${cmd.def.ColumnDef.colname}"`)
    : judgeAddedColumn(cmd.def.ColumnDef, key, scene);
}

function judgeAttach(cmd: AlterTableCmd, toNew: boolean, about: string, scene: Scene): readonly Remark[] {
  const part = cmd.def !== undefined && "PartitionCmd" in cmd.def ? cmd.def.PartitionCmd : undefined;
  const partIsNew = originOf(part?.name, scene) === "here";
  if (toNew && partIsNew) return [];
  return remark(
    partIsNew && part?.bound?.is_default !== true ? "attached-on-existing" : "partition-on-existing",
    about,
  );
}

/** The expressions of a command; its node also holds a type and names, which are no code. */
function columnParts(def: Node | undefined): unknown {
  if (def === undefined) return undefined;
  if ("ColumnDef" in def) return def.ColumnDef.raw_default;
  return "Constraint" in def || "List" in def || "ReplicaIdentityStmt" in def ? undefined : def;
}

function judgeExisting(cmd: AlterTableCmd, key: Key, about: string, scene: Scene): readonly Remark[] {
  switch (cmd.subtype) {
    case "AT_AlterColumnType":
      return judgeTypeChange(cmd, key, scene);
    case "AT_SetNotNull":
    case "AT_DropNotNull":
    case "AT_ColumnDefault":
      return judgeColumnRule(cmd, key, scene);
    case "AT_DropColumn":
      return remark("drop-column", about);
    case "AT_DropConstraint":
      return remark("drop-constraint", about);
    case "AT_ValidateConstraint":
      return remark("validate-constraint", about);
    case "AT_AddIndexConstraint":
      return remark("unique-on-existing", about);
    case "AT_AddIdentity":
      return remark(isAlways(cmd.def) ? "not-null-on-existing" : "rewrite-on-existing", about);
    case "AT_AddInherit":
      return remark("inherits-existing", about);
    default:
      break;
  }
  if (UPKEEP_OF_EXISTING.has(cmd.subtype)) return remark("storage-changed", about);
  if (/Drop|Detach/.test(cmd.subtype ?? "")) return remark("drop-part", about);
  if (/Trig|Rule|RowSecurity/.test(cmd.subtype ?? "")) return remark("triggers-switched", about);
  return remark("unknown-statement", `${cmd.subtype?.slice(3)} on ${about}`);
}

function isAlways(def: Node | undefined): boolean {
  return def !== undefined && "Constraint" in def && def.Constraint.generated_when === "a";
}
