/**
 * Reads an expression or a query and tells what could happen when it runs. An
 * allow-list of node types: what is not on it is reported, never skipped.
 */
import { functionKind } from "./functions.ts";

const GRAVITY = { no: 0, arithmetic: 1, cast: 2, yes: 3 } as const;

export interface Reading {
  /** Node types and forms that are not on the list. */
  readonly unknown: readonly string[];
  readonly harmful: readonly string[];
  readonly unknownFunctions: readonly string[];
  /** Every function called. */
  readonly calls: readonly string[];
  /** Yields something new on every call. */
  readonly fresh: readonly string[];
  readonly draws: boolean;
  /** `arithmetic` can only overflow; `cast` fails on a value of another shape; `yes` on an ordinary one. */
  readonly fails: keyof typeof GRAVITY;
  readonly columns: ReadonlySet<string>;
  /** Holds a query: reads tables. */
  readonly queries: boolean;
}

const VALUES = new Set(
  `A_Const ColumnRef A_Star TypeCast FuncCall NamedArgExpr A_Expr BoolExpr NullTest BooleanTest A_ArrayExpr CoalesceExpr
  MinMaxExpr CaseExpr CaseWhen SQLValueFunction CollateClause RowExpr List String Integer Float Boolean BitString
  A_Indirection A_Indices SortBy SetToDefault JsonObjectConstructor JsonArrayConstructor JsonKeyValue JsonValueExpr
  JsonIsPredicate IndexElem`.split(/\s+/),
);
const QUERIES = new Set(
  `SubLink SelectStmt ResTarget RangeVar RangeSubselect RangeFunction JoinExpr CommonTableExpr WindowDef GroupingSet
  GroupingFunc Alias`.split(/\s+/),
);
/** Fields that hold more than a value even where their node is allowed. */
const FORBIDDEN_FIELDS = new Set(["intoClause", "lockingClause"]);
const TOTAL_OPERATORS = new Set(
  "= <> != < > <= >= || -> ->> #> #>> @> <@ ? ?| ?& && ~~ !~~ ~~* !~~* ~ ~* !~ !~* @@ % <% @".split(" "),
);
const ARITHMETIC = new Set(["+", "-", "*"]);
const ALWAYS_CASTS = /^(text|varchar|bpchar|jsonb?|regconfig)$/;

type Fields = Readonly<Record<string, unknown>>;

/** @param roots nodes of a syntax tree; undefined ones are skipped */
export function readExpression(...roots: readonly unknown[]): Reading {
  const reader = new Reader();
  for (const root of roots) reader.walk(root);
  return reader;
}

class Reader implements Reading {
  readonly unknown: string[] = [];
  readonly harmful: string[] = [];
  readonly unknownFunctions: string[] = [];
  readonly calls: string[] = [];
  readonly fresh: string[] = [];
  readonly columns = new Set<string>();
  draws = false;
  fails: Reading["fails"] = "no";
  queries = false;

  walk(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.walk(item);
    } else if (isFields(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (/^[A-Z]/.test(key)) this.#node(key, inner);
        if (FORBIDDEN_FIELDS.has(key)) this.unknown.push(key);
        if (key !== "typeName" && key !== "funcname") this.walk(inner);
      }
    }
  }

  #node(type: string, body: unknown): void {
    if (QUERIES.has(type)) this.queries = true;
    else if (!VALUES.has(type)) this.unknown.push(type);
    if (!isFields(body)) return;
    if (type === "FuncCall") this.#call(partsIn(body.funcname), body.args);
    if (type === "A_Expr") this.#operator(body);
    if (type === "TypeCast") this.#cast(body);
    if (type === "ColumnRef") this.columns.add(partsIn(body.fields).at(-1) ?? "*");
  }

  #failing(how: Reading["fails"]): void {
    if (GRAVITY[how] > GRAVITY[this.fails]) this.fails = how;
  }

  #call(name: readonly string[], args: unknown): void {
    const kind = functionKind(name);
    const text = name.join(".");
    this.calls.push(text);
    if (kind === "harmful") this.harmful.push(text);
    if (kind === "unknown") this.unknownFunctions.push(text);
    if (kind === "fresh") this.fresh.push(text);
    if (kind === "nextval") this.draws = true;
    if (kind !== "total" && kind !== "fresh" && !isConstantSlice(text, args)) this.#failing("yes");
  }

  #operator(body: Fields): void {
    const name = partsIn(body.name);
    const operator = name.at(-1) ?? "";
    if (name.length > 1 && name[0] !== "pg_catalog") this.unknownFunctions.push(`operator ${name.join(".")}`);
    if (TOTAL_OPERATORS.has(operator) && !(operator === "%" && !isConstantText(body.rexpr))) return;
    if (ARITHMETIC.has(operator)) this.#failing("arithmetic");
    else if (!/^(AEXPR_NULLIF|AEXPR_BETWEEN|AEXPR_NOT_BETWEEN|AEXPR_SIMILAR)/.test(String(body.kind)))
      this.#failing("yes");
  }

  #cast(body: Fields): void {
    const target = isFields(body.typeName) ? (partsIn(body.typeName.names).at(-1) ?? "") : "";
    if (!ALWAYS_CASTS.test(target) && !isConstant(body.arg)) this.#failing("cast");
    if (isFields(body.typeName)) this.walk(body.typeName.typmods);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isConstant(value: unknown): boolean {
  if (!isFields(value)) return false;
  if ("TypeCast" in value && isFields(value.TypeCast)) return isConstant(value.TypeCast.arg);
  if ("A_ArrayExpr" in value && isFields(value.A_ArrayExpr)) {
    const { elements } = value.A_ArrayExpr as { elements?: unknown };
    return !Array.isArray(elements) || elements.every(isConstant);
  }
  return "A_Const" in value || "SQLValueFunction" in value;
}

/** Cutting a text at constant places cannot fail. */
function isConstantSlice(name: string, args: unknown): boolean {
  return /^(pg_catalog\.)?substr(ing)?$/.test(name) && Array.isArray(args) && args.slice(1).every(isConstant);
}

function isConstantText(value: unknown): boolean {
  return isFields(value) && isFields(value.A_Const) && "sval" in value.A_Const;
}

function partsIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (!isFields(item) || !isFields(item.String)) return [];
    const { sval } = item.String as { sval?: unknown };
    return typeof sval === "string" ? [sval] : [];
  });
}
