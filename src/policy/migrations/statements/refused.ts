/**
 * Statements that are refused, or left to a person, whatever they hold. What
 * stands neither here nor in statement.ts is refused as unknown.
 */
import type { Node } from "@pgsql/types";
import type { RuleId } from "../rules/rules.ts";
import { partsOf } from "../schema/names.ts";
import { type Remark, remark } from "../verdict.ts";

const BY_KIND: Readonly<Record<string, readonly [rule: RuleId, about: string]>> = {
  DeleteStmt: ["rows-changed", "DELETE"],
  TruncateStmt: ["rows-changed", "TRUNCATE"],
  MergeStmt: ["rows-changed", "MERGE"],
  CopyStmt: ["foreign-code", "COPY"],
  DropOwnedStmt: ["drop-object", "everything a role owns"],
  DropdbStmt: ["drop-object", "a database"],
  DropRoleStmt: ["drop-object", "a role"],
  DropTableSpaceStmt: ["drop-object", "a tablespace"],
  DropSubscriptionStmt: ["drop-object", "a subscription"],
  DropUserMappingStmt: ["drop-object", "a user mapping"],
  DoStmt: ["hidden-code", "a DO block"],
  CreateFunctionStmt: ["hidden-code", "a function"],
  AlterFunctionStmt: ["hidden-code", "a function"],
  CreateTrigStmt: ["hidden-code", "a trigger"],
  CreateEventTrigStmt: ["hidden-code", "an event trigger"],
  AlterEventTrigStmt: ["hidden-code", "an event trigger"],
  RuleStmt: ["hidden-code", "a rule"],
  CallStmt: ["hidden-code", "CALL"],
  PrepareStmt: ["hidden-code", "PREPARE"],
  ExecuteStmt: ["hidden-code", "EXECUTE"],
  ExplainStmt: ["hidden-code", "EXPLAIN"],
  DeclareCursorStmt: ["hidden-code", "a cursor"],
  FetchStmt: ["hidden-code", "FETCH"],
  CreateCastStmt: ["hidden-code", "a cast"],
  CreateTransformStmt: ["hidden-code", "a transform"],
  CreateConversionStmt: ["hidden-code", "a conversion"],
  CreateOpClassStmt: ["hidden-code", "an operator class"],
  CreateOpFamilyStmt: ["hidden-code", "an operator family"],
  DefineStmt: ["hidden-code", "an operator, aggregate or base type"],
  CreatePLangStmt: ["hidden-code", "a language"],
  LoadStmt: ["foreign-code", "LOAD"],
  CreateFdwStmt: ["foreign-code", "a foreign data wrapper"],
  CreateForeignServerStmt: ["foreign-code", "a foreign server"],
  CreateForeignTableStmt: ["foreign-code", "a foreign table"],
  CreateUserMappingStmt: ["foreign-code", "a user mapping"],
  ImportForeignSchemaStmt: ["foreign-code", "IMPORT FOREIGN SCHEMA"],
  AlterExtensionStmt: ["foreign-code", "ALTER EXTENSION"],
  AlterExtensionContentsStmt: ["foreign-code", "ALTER EXTENSION"],
  CreateSubscriptionStmt: ["foreign-code", "a subscription"],
  CreatePublicationStmt: ["storage-changed", "a publication"],
  CreatedbStmt: ["unknown-statement", "CREATE DATABASE"],
  GrantStmt: ["rights-changed", "GRANT or REVOKE"],
  GrantRoleStmt: ["rights-changed", "GRANT or REVOKE of a role"],
  AlterDefaultPrivilegesStmt: ["rights-changed", "ALTER DEFAULT PRIVILEGES"],
  CreateRoleStmt: ["rights-changed", "a role"],
  AlterRoleStmt: ["rights-changed", "a role"],
  AlterRoleSetStmt: ["rights-changed", "a role's settings"],
  AlterPolicyStmt: ["rights-changed", "a policy"],
  ReassignOwnedStmt: ["move", "everything a role owns"],
  AlterSystemStmt: ["setting-changed", "the server's configuration"],
  AlterDatabaseStmt: ["setting-changed", "the database"],
  AlterDatabaseSetStmt: ["setting-changed", "the database"],
  DiscardStmt: ["setting-changed", "DISCARD"],
  ConstraintsSetStmt: ["setting-changed", "SET CONSTRAINTS"],
  NotifyStmt: ["hidden-code", "NOTIFY"],
  AlterTableMoveAllStmt: ["move", "every table of a tablespace"],
  LockStmt: ["maintenance", "LOCK TABLE"],
  VacuumStmt: ["maintenance", "VACUUM or ANALYZE"],
  ReindexStmt: ["maintenance", "REINDEX"],
  ClusterStmt: ["maintenance", "CLUSTER"],
  RefreshMatViewStmt: ["maintenance", "REFRESH MATERIALIZED VIEW"],
  CheckPointStmt: ["maintenance", "CHECKPOINT"],
};

/** Judges every statement that has no judge of its own. */
export function judgeRefused(node: Node): readonly Remark[] {
  if ("DropStmt" in node) {
    const names = (node.DropStmt.objects ?? []).map((object) => partsOf(object).join(".")).join(", ");
    return remark("drop-object", `${readable(node.DropStmt.removeType)} ${names}`);
  }
  if ("RenameStmt" in node) {
    const { renameType, relation, subname, object } = node.RenameStmt;
    const name = subname ?? relation?.relname ?? partsOf(object).join(".");
    return remark("rename", `${readable(renameType)} "${name}"`);
  }
  if ("AlterObjectSchemaStmt" in node) return remark("move", readable(node.AlterObjectSchemaStmt.objectType));
  if ("AlterOwnerStmt" in node) return remark("move", readable(node.AlterOwnerStmt.objectType));
  const [kind = "an unknown statement"] = Object.keys(node);
  const [rule, about] = BY_KIND[kind] ?? ["unknown-statement", kind.replace(/Stmt$/, "")];
  return remark(rule, about);
}

function readable(type: string | undefined): string {
  return (type ?? "object").replace("OBJECT_", "").toLowerCase().replaceAll("_", " ");
}
