/**
 * Cuts `github.extract.json` out of GitHub's full OpenAPI description: the
 * operations the forge serves and the schemas they reach, without prose. Run by
 * hand when the list of operations or the description's version changes:
 *
 *   npm pack @octokit/openapi@<version of the types>   (in a folder of its own)
 *   node src/local/forge/openapi/extract.ts <folder>/package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { OPERATIONS } from "./operations.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const PROSE = new Set(["description", "example", "examples", "externalDocs", "deprecated", "discriminator", "title"]);
const METHODS = ["get", "post", "put", "patch", "delete"];
/** Keys whose children are names of properties, so that a property called `title` is kept. */
const NAMED_CHILDREN = new Set(["properties", "patternProperties"]);

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  let at = value;
  for (const key of path) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : {};
}

/** JSON Schema from OpenAPI 3.0's dialect: null is a type, and one of several matches is enough. */
export function toJsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (!isObject(schema)) return schema;
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith("x-") || key === "nullable") continue;
    if (key === "$ref") out.$ref = String(value).replace("#/components/schemas/", "#/$defs/");
    else if (NAMED_CHILDREN.has(key) && isObject(value)) out[key] = eachProperty(value);
    else if (key === "enum" || key === "default" || key === "required") out[key] = value;
    else out[key === "oneOf" || meansOneOf(key, value) ? "anyOf" : key] = toJsonSchema(value);
  }
  return schema.nullable === true ? orNull(out) : out;
}

/** The description asks one account to be a user and an enterprise at once; it means either. */
function meansOneOf(key: string, value: Json): boolean {
  const members = key === "allOf" && Array.isArray(value) ? value : [];
  return members.length > 1 && members.every((member: Json) => typeof objectAt(member).title === "string");
}

function eachProperty(properties: JsonObject): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, toJsonSchema(schema)]));
}

function orNull(schema: JsonObject): Json {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== "string" || rest.allOf !== undefined || rest.anyOf !== undefined) {
    return { anyOf: [schema, { type: "null" }] };
  }
  const nullable = { ...rest, type: [type, "null"] };
  return Array.isArray(values) ? { ...nullable, enum: [...values.filter((value) => value !== null), null] } : nullable;
}

function referenced(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) referenced(item, found);
  else if (isObject(value)) {
    const ref = value.$ref;
    if (typeof ref === "string") found.add(ref.replace("#/$defs/", ""));
    for (const child of Object.values(value)) referenced(child, found);
  }
}

function resolve(description: JsonObject, value: Json): JsonObject {
  const ref = isObject(value) ? value.$ref : undefined;
  return typeof ref === "string" ? objectAt(description, ...ref.slice(2).split("/")) : objectAt(value);
}

function contentSchema(holder: JsonObject): Json | undefined {
  return objectAt(holder, "content", "application/json").schema;
}

function cutOperation(description: JsonObject, method: string, path: string, operation: JsonObject): JsonObject {
  const parameters = (Array.isArray(operation.parameters) ? operation.parameters : []).map((given: Json) => {
    const { name, in: where, required, schema } = resolve(description, given);
    return { name: name ?? "", in: where ?? "", required: required === true, schema: toJsonSchema(schema ?? {}) };
  });
  const body = contentSchema(objectAt(operation.requestBody));
  const responses: Record<string, Json> = {};
  for (const [status, response] of Object.entries(objectAt(operation.responses))) {
    if (Number(status) >= 400) continue;
    const schema = contentSchema(resolve(description, response));
    responses[status] = schema === undefined ? null : toJsonSchema(schema);
  }
  return {
    method: method.toUpperCase(),
    path,
    parameters,
    body: body === undefined ? null : toJsonSchema(body),
    responses,
  };
}

/** Where GitHub answers null and its description does not say so. */
const ALSO_NULL: Readonly<Record<string, readonly string[]>> = {
  "pull-request-review-comment": ["line", "position"],
  "review-comment": ["line"],
};

function withNulls(name: string, schema: Json): Json {
  const names = ALSO_NULL[name] ?? [];
  const properties = objectAt(schema, "properties");
  const amended = names.map((one) => [one, orNull(objectAt(properties, one))] as const);
  return isObject(schema) && names.length > 0
    ? { ...schema, properties: { ...properties, ...Object.fromEntries(amended) } }
    : schema;
}

export function extract(description: JsonObject): JsonObject {
  const wanted = new Set<string>(OPERATIONS);
  const operations: Record<string, Json> = {};
  for (const [path, item] of Object.entries(objectAt(description.paths))) {
    for (const method of METHODS) {
      const operation = objectAt(item, method);
      const name = operation.operationId;
      if (typeof name === "string" && wanted.delete(name)) {
        operations[name] = cutOperation(description, method, path, operation);
      }
    }
  }
  if (wanted.size > 0) throw new Error(`GitHub describes no ${[...wanted].join(", ")}; correct operations.ts`);
  const schemas: Record<string, Json> = {};
  const queue = new Set<string>();
  referenced(operations, queue);
  for (const name of queue) {
    const schema = withNulls(name, toJsonSchema(objectAt(description, "components", "schemas", name)));
    schemas[name] = schema;
    referenced(schema, queue);
  }
  const version = objectAt(description.info).version ?? null;
  return { source: { package: "@octokit/openapi", version }, operations, $defs: schemas };
}

const [, script, file] = process.argv;
if (script === import.meta.filename) {
  if (file === undefined) throw new Error("name the full description: api.github.com.json of @octokit/openapi");
  const description: JsonObject = JSON.parse(readFileSync(file, "utf8"));
  const target = new URL("./github.extract.json", import.meta.url);
  writeFileSync(target, `${JSON.stringify(extract(description))}\n`);
}
