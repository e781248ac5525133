/**
 * What stands before a statement: the schema as earlier files left it, and
 * what this file made so far. It holds facts; no rule is decided here.
 */
import type { RangeVar } from "@pgsql/types";
import { type Key, relationKey } from "./names.ts";

export interface Column {
  /** As `typeText` spells it; null when no file said. */
  readonly type: string | null;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
}
export interface Table {
  readonly columns: ReadonlyMap<string, Column>;
  /** True when the columns are all of them: the table's creation was seen, in full. */
  readonly whole: boolean;
}
export interface UserType {
  readonly kind: "enum" | "domain" | "other";
  /** A domain that refuses some values, NULL included. */
  readonly constrained: boolean;
}

/** The schema before a file. Plain data; `contextAfter` makes the next one. */
export interface Context {
  readonly tables: ReadonlyMap<Key, Table>;
  readonly types: ReadonlyMap<Key, UserType>;
  /** Views and sequences. */
  readonly relations: ReadonlySet<Key>;
  readonly schemas: ReadonlySet<string>;
  /** True when the history was read from its first file: what is not known here does not exist. */
  readonly complete: boolean;
  /** `allowed` where the file's own tool runs it as it is; `refused` where a runner opens the transaction. */
  readonly ownTransaction: "allowed" | "refused";
}

/** Nothing is known: every name not created in the file counts as existing. */
export const NOTHING_KNOWN: Context = {
  tables: new Map(),
  types: new Map(),
  relations: new Set(),
  schemas: new Set(["public"]),
  complete: false,
  ownTransaction: "refused",
};

/** A column added by this file to a table that stood before. */
export interface FreshColumn {
  readonly nullable: boolean;
  /** The rows that stood before hold the default it was added with. */
  readonly filled: boolean;
  /** Rows of the running version will get a default. */
  readonly hasDefault: boolean;
  /** The one constant that old and new rows hold without saying; undefined when they differ or it is computed. */
  readonly value: Constant | undefined;
  /** A check, a foreign key or uniqueness already looks at it. */
  readonly bound: boolean;
}
export type Constant = string | number | boolean | null;

/** `perhaps`: made by IF NOT EXISTS, so another of that name may stand there. */
export type Origin = "here" | "perhaps" | "before";

/** The judge's own working copy while it walks through one file. */
export interface Scene {
  readonly tables: Map<Key, Table>;
  readonly types: Map<Key, UserType>;
  readonly relations: Set<Key>;
  readonly schemas: Set<string>;
  readonly complete: boolean;
  readonly origins: Map<Key, Origin>;
  readonly fresh: Map<Key, Map<string, FreshColumn>>;
  /** Types and sequences made by this file. */
  readonly made: Set<Key>;
  /** Enum values this file adds to types that stood before. */
  readonly addedValues: Set<string>;
  /** The schema of names that are written without one. */
  path: string;
}

export function sceneOf(context: Context): Scene {
  return {
    tables: new Map(context.tables),
    types: new Map(context.types),
    relations: new Set(context.relations),
    schemas: new Set(context.schemas),
    complete: context.complete,
    origins: new Map(),
    fresh: new Map(),
    made: new Set(),
    addedValues: new Set(),
    path: "public",
  };
}

/** @returns where the table a statement names comes from */
export function originOf(relation: RangeVar | undefined, scene: Scene): Origin {
  return scene.origins.get(relationKey(relation, scene.path)) ?? "before";
}

/** @returns the columns this file added to a table that stood before */
export function freshColumns(key: Key, scene: Scene): ReadonlyMap<string, FreshColumn> {
  return scene.fresh.get(key) ?? new Map();
}
