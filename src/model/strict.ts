/**
 * Whether a JSON Schema fits the providers' strict mode: every object closed,
 * every property required, and only keywords that mode knows. It changes no schema.
 */
const KNOWN = new Set([
  "$defs",
  "$ref",
  "$schema",
  "additionalProperties",
  "anyOf",
  "const",
  "description",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "items",
  "maxItems",
  "maximum",
  "minItems",
  "minimum",
  "multipleOf",
  "pattern",
  "properties",
  "required",
  "title",
  "type",
]);

/** @source OpenAI guide "Structured outputs", section "Supported schemas" */
export function fitsStrictMode(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return false;
  const node = schema as Readonly<Record<string, unknown>>;
  if (Object.keys(node).some((key) => !KNOWN.has(key))) return false;
  if (("properties" in node || node.type === "object") && !isClosed(node)) return false;
  return children(node).every(fitsStrictMode);
}

function isClosed(node: Readonly<Record<string, unknown>>): boolean {
  const required = Array.isArray(node.required) ? node.required : [];
  return (
    node.additionalProperties === false &&
    Object.keys(node.properties ?? {}).every((property) => required.includes(property))
  );
}

function children(node: Readonly<Record<string, unknown>>): readonly unknown[] {
  const branches = Array.isArray(node.anyOf) ? node.anyOf : [];
  const items = "items" in node ? [node.items] : [];
  return [...branches, ...items, ...Object.values(node.properties ?? {}), ...Object.values(node.$defs ?? {})];
}
