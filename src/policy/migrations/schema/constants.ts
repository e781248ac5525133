/**
 * Works out a condition where every column's value is a known constant. What
 * it cannot work out it leaves undefined; it never guesses.
 */
import type { A_Expr, Node } from "@pgsql/types";
import { strings } from "./names.ts";
import type { Constant } from "./scene.ts";

type Values = ReadonlyMap<string, Constant | undefined>;

/** @returns the constant an expression stands for; undefined when it is computed or a column is unknown */
export function constantOf(node: Node | undefined, values: Values = new Map()): Constant | undefined {
  if (node === undefined) return undefined;
  if ("A_Const" in node) {
    const { isnull, ival, fval, sval, boolval } = node.A_Const;
    if (isnull === true) return null;
    if (ival !== undefined) return ival.ival ?? 0;
    if (fval !== undefined) return Number(fval.fval);
    if (sval !== undefined) return sval.sval ?? "";
    return boolval === undefined ? undefined : (boolval.boolval ?? false);
  }
  if ("TypeCast" in node) return castOf(node.TypeCast.arg, strings(node.TypeCast.typeName?.names).at(-1), values);
  if ("ColumnRef" in node) return values.get(strings(node.ColumnRef.fields).at(-1) ?? "");
  if ("BoolExpr" in node) return connect(node.BoolExpr.boolop, node.BoolExpr.args ?? [], values);
  if ("NullTest" in node) {
    const value = constantOf(node.NullTest.arg, values);
    return value === undefined ? undefined : (value === null) === (node.NullTest.nulltesttype === "IS_NULL");
  }
  if ("A_Expr" in node) return compare(node.A_Expr, values);
  if ("FuncCall" in node) return textFunction(node.FuncCall.funcname, node.FuncCall.args, values);
  return undefined;
}

function castOf(arg: Node | undefined, type: string | undefined, values: Values): Constant | undefined {
  const value = constantOf(arg, values);
  if (value === null || value === undefined || type === "text" || type === "varchar") return value;
  if (typeof value === "string" && /^(int[248]|numeric|float[48])$/.test(type ?? "")) return Number(value);
  return typeof value === "string" && type === "bool" ? undefined : value;
}

function connect(op: string | undefined, args: readonly Node[], values: Values): Constant | undefined {
  const parts = args.map((arg) => constantOf(arg, values));
  if (op === "NOT_EXPR") return typeof parts[0] === "boolean" ? !parts[0] : parts[0] === null ? null : undefined;
  const decisive = op === "OR_EXPR";
  if (parts.includes(decisive)) return decisive;
  if (parts.includes(undefined)) return undefined;
  return parts.includes(null) ? null : !decisive;
}

function compare(expr: A_Expr, values: Values): Constant | undefined {
  const left = constantOf(expr.lexpr, values);
  if (left === null && expr.lexpr !== undefined && isStrict(expr)) return null;
  if (left === undefined || expr.rexpr === undefined) return undefined;
  const rights = listOf(expr.rexpr).map((node) => constantOf(node, values));
  const operator = strings(expr.name).at(-1) ?? "";
  if (rights.some((right) => right === undefined || typeof right !== typeof left)) return undefined;
  if (expr.kind === "AEXPR_IN" || (expr.kind === "AEXPR_OP_ANY" && operator === "=")) {
    return rights.includes(left) === (operator === "=");
  }
  if (expr.kind === "AEXPR_BETWEEN")
    return ordered(">=", left, rights[0]) === true && ordered("<=", left, rights[1]) === true;
  return expr.kind === "AEXPR_OP" ? ordered(operator, left, rights[0]) : undefined;
}

/** NULL on the left makes these NULL, and a check that is NULL passes. */
function isStrict(expr: A_Expr): boolean {
  return /^AEXPR_(OP|IN|BETWEEN|NOT_BETWEEN|LIKE|ILIKE|SIMILAR|OP_ANY)$/.test(expr.kind ?? "");
}

function ordered(operator: string, left: Constant, right: Constant | undefined): boolean | undefined {
  if (operator === "=") return left === right;
  if (operator === "<>") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

function listOf(node: Node): readonly Node[] {
  if ("List" in node) return node.List.items ?? [];
  if ("A_ArrayExpr" in node) return node.A_ArrayExpr.elements ?? [];
  if ("TypeCast" in node && node.TypeCast.arg !== undefined && "A_ArrayExpr" in node.TypeCast.arg)
    return listOf(node.TypeCast.arg);
  return [node];
}

/** Functions that answer NULL when asked about NULL. */
const STRICT =
  /^(length|char_length|character_length|octet_length|lower|upper|btrim|ltrim|rtrim|trim|abs|jsonb?_typeof|jsonb?_array_length|array_length|cardinality|date_part|extract|left|right|md5)$/;

function textFunction(name: Node[] | undefined, args: Node[] | undefined, values: Values): Constant | undefined {
  const called = strings(name).at(-1) ?? "";
  const value = constantOf(args?.[0], values);
  if (value === null && STRICT.test(called)) return null;
  if (typeof value !== "string") return undefined;
  if (/^char(acter)?_length$|^length$/.test(called)) return [...value].length;
  return /^jsonb?_typeof$/.test(called) ? JSON_KINDS[value.trim().charAt(0)] : undefined;
}

const JSON_KINDS: Readonly<Record<string, string>> = { "{": "object", "[": "array", '"': "string" };
