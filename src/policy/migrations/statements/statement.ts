/**
 * The allow-list: which statement has a judge. Everything else falls through
 * to refused.ts, and what that does not name is refused as unknown.
 */
import type { ColumnDef, Node } from "@pgsql/types";
import { isBuiltInType, relationKey, shown, strings, typeText } from "../schema/names.ts";
import { originOf, type Scene } from "../schema/scene.ts";
import { type Remark, remark } from "../verdict.ts";
import { judgeAlterTable } from "./alter-table.ts";
import { codeStored } from "./code.ts";
import { judgeInsert, judgeSelect, judgeUpdate } from "./data.ts";
import {
  judgeAlterDomain,
  judgeAlterEnum,
  judgeAlterSequence,
  judgeComment,
  judgeCreateSequence,
  judgeDomain,
  judgeExtension,
  judgeSchema,
  judgeTypeName,
  judgeView,
} from "./objects.ts";
import { judgeRefused } from "./refused.ts";
import { judgeSet, judgeTransaction } from "./session.ts";
import { judgeCreateAs, judgeCreateTable, judgeIndex } from "./tables.ts";

/** Where a statement stands in its file. */
export interface Place {
  readonly first: boolean;
  readonly last: boolean;
  /** The file begins with BEGIN, ends with COMMIT, and its tool lets it. */
  readonly wrapped: boolean;
}

/** @returns what is to be said about one statement, given what stands before it; pure */
export function judgeStatement(node: Node, scene: Scene, place: Place): readonly Remark[] {
  if ("TransactionStmt" in node) return judgeTransaction(node.TransactionStmt, place);
  if ("VariableSetStmt" in node) return judgeSet(node.VariableSetStmt, scene);
  const own = judgeStructure(node, scene) ?? judgeObject(node, scene) ?? judgeRefused(node);
  return [...own, ...judgeAddedValues(node, scene)];
}

function judgeStructure(node: Node, scene: Scene): readonly Remark[] | undefined {
  if ("CreateStmt" in node) return judgeCreateTable(node.CreateStmt, scene);
  if ("AlterTableStmt" in node) return judgeAlterTable(node.AlterTableStmt, scene);
  if ("IndexStmt" in node) return judgeIndex(node.IndexStmt, scene);
  if ("CreateTableAsStmt" in node) return judgeCreateAs(node.CreateTableAsStmt, scene);
  if ("InsertStmt" in node) return judgeInsert(node.InsertStmt, scene);
  if ("UpdateStmt" in node) return judgeUpdate(node.UpdateStmt, scene);
  if ("SelectStmt" in node) return judgeSelect(node.SelectStmt, scene);
  return undefined;
}

function judgeObject(node: Node, scene: Scene): readonly Remark[] | undefined {
  if ("CreateEnumStmt" in node) return judgeTypeName(strings(node.CreateEnumStmt.typeName));
  if ("CreateRangeStmt" in node) return judgeTypeName(strings(node.CreateRangeStmt.typeName));
  if ("CompositeTypeStmt" in node)
    return judgeTypeName([
      node.CompositeTypeStmt.typevar?.schemaname ?? "public",
      node.CompositeTypeStmt.typevar?.relname ?? "",
    ]);
  if ("CreateDomainStmt" in node) return judgeDomain(node.CreateDomainStmt);
  if ("AlterEnumStmt" in node) return judgeAlterEnum(node.AlterEnumStmt, scene);
  if ("AlterDomainStmt" in node) return judgeAlterDomain(node.AlterDomainStmt, scene);
  if ("ViewStmt" in node) return judgeView(node.ViewStmt, scene);
  if ("CreateSeqStmt" in node) return judgeCreateSequence(node.CreateSeqStmt, scene);
  if ("AlterSeqStmt" in node) return judgeAlterSequence(node.AlterSeqStmt, scene);
  if ("CreateSchemaStmt" in node) return judgeSchema(node.CreateSchemaStmt, scene);
  if ("CreateExtensionStmt" in node) return judgeExtension(node.CreateExtensionStmt);
  if ("CommentStmt" in node) return judgeComment(node.CommentStmt, scene);
  if ("CreateStatsStmt" in node)
    return codeStored(
      "statistics",
      ...(node.CreateStatsStmt.exprs ?? []).map((part) => ("StatsElem" in part ? part.StatsElem.expr : part)),
    );
  if ("DefineStmt" in node && /^OBJECT_(COLLATION|TSCONFIGURATION)$/.test(node.DefineStmt.kind ?? "")) return [];
  if ("CreatePolicyStmt" in node) {
    const { table } = node.CreatePolicyStmt;
    const about = `a policy on ${shown(relationKey(table, scene.path))}`;
    return remark(originOf(table, scene) !== "before" ? "policy-on-new" : "rights-changed", about);
  }
  return undefined;
}

/** An enum value added in this file must not be used in it. */
function judgeAddedValues(node: Node, scene: Scene): readonly Remark[] {
  if (scene.addedValues.size === 0 || "AlterEnumStmt" in node || "CreateEnumStmt" in node || "CommentStmt" in node)
    return [];
  const used = new Set(textsIn(node).filter((text) => scene.addedValues.has(text)));
  return [...used].flatMap((value) => remark("enum-value-used", `'${value}'`));
}

/** A default of a column whose type is built in is no use of an enum. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("ColumnDef" in value && isBuiltInType(typeText((value.ColumnDef as ColumnDef).typeName))) return [];
  const own = "A_Const" in value ? [(value.A_Const as { sval?: { sval?: string } }).sval?.sval ?? ""] : [];
  return [...own, ...Object.values(value).flatMap(textsIn)];
}
