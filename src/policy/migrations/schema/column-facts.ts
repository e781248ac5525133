/**
 * What one column definition asks for beyond its type. Facts only.
 */
import type { ColumnDef, Constraint } from "@pgsql/types";
import { constantOf } from "./constants.ts";
import { typeText } from "./names.ts";

const NUMBERED = /^(small|big)?serial[248]?$/;

/** @returns `value` is the constant rows get without saying, null for none, undefined when it is computed */
export function columnFacts(column: ColumnDef) {
  const constraints = (column.constraints ?? []).flatMap((node) => ("Constraint" in node ? [node.Constraint] : []));
  const find = (type: Constraint["contype"]) => constraints.find(({ contype }) => contype === type);
  const expression = find("CONSTR_DEFAULT")?.raw_expr;
  const value = expression === undefined ? null : constantOf(expression);
  const numbered =
    NUMBERED.test(typeText(column.typeName).split(".").at(-1) ?? "") || find("CONSTR_IDENTITY") !== undefined;
  return {
    constraints,
    expression,
    value,
    numbered,
    computed: find("CONSTR_GENERATED") !== undefined,
    hasDefault: expression !== undefined && value !== null,
    nullable: find("CONSTR_NOTNULL") === undefined && find("CONSTR_PRIMARY") === undefined && !numbered,
  };
}
