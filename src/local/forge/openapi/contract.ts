/**
 * GitHub's description turned into checks: of what a client sends, and of what
 * the forge answers. It knows nothing of handlers or state.
 */
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import formatsPlugin from "ajv-formats";
import { GithubFault } from "../fault.ts";
import { OPERATIONS, type OperationName } from "./operations.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Record<string, unknown>;
}

export interface Operation {
  readonly method: string;
  /** with `{name}` for parameters */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Record<string, unknown> | null;
  /** by status; null when the answer has no body */
  readonly responses: Readonly<Record<string, Record<string, unknown> | null>>;
}

interface Extract {
  readonly source: { readonly package: string; readonly version: string };
  readonly operations: Readonly<Record<OperationName, Operation>>;
}

export interface Contract {
  /** version of GitHub's description that the extract was cut from */
  readonly version: string;
  operation(name: OperationName): Operation;
  /**
   * @returns the parameters with numbers and booleans as such, defaults filled in
   * @throws GithubFault 422 for unknown or misshapen query parameters, 404 for misshapen ones of the path
   */
  parameters(name: OperationName, given: GivenParameters): GivenParameters;
  /** @throws GithubFault 422 (or 400) when the body is not what GitHub describes */
  body(name: OperationName, body: unknown): void;
  /** @returns what is wrong with an answer of the forge, or null */
  fault(name: OperationName, status: number, body: unknown): string | null;
}

export interface GivenParameters {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
}

const ID = "github";

/** Reads the extract; checks are compiled when first needed. */
export function readContract(): Contract {
  const extract: Extract = JSON.parse(readFileSync(new URL("./github.extract.json", import.meta.url), "utf8"));
  const checker = ajvWith(extract, false);
  const coercing = ajvWith(extract, "array");
  const compile = compiledOnce();
  const at = (name: OperationName, place: string): ValidateFunction =>
    compile(`${name} ${place}`, () =>
      checker.compile({ $ref: `${ID}#/operations/${name.replaceAll("/", "~1")}/${place}` }),
    );

  return {
    version: extract.source.version,
    operation: (name) => extract.operations[name],
    parameters: (name, given) => {
      const check = (where: "path" | "query") =>
        compile(`${name} ${where}`, () => coercing.compile(parametersSchema(extract.operations[name], where)));
      const path = { ...given.path };
      if (!check("path")(path)) throw new GithubFault(404, "Not Found");
      const query = { ...given.query };
      const checkQuery = check("query");
      if (!checkQuery(query)) throw new GithubFault(422, invalidRequest(checkQuery.errors));
      return { path, query };
    },
    body: (name, body) => {
      const schema = extract.operations[name].body;
      if (schema === null || body === undefined) return;
      const check = at(name, "body");
      if (!check(body)) throw new GithubFault(422, invalidRequest(check.errors));
      refuseUndescribed(schema, body);
    },
    fault: (name, status, body) => {
      const schema = extract.operations[name].responses[String(status)];
      if (schema === undefined) return `GitHub describes no answer ${status} to ${name}`;
      if (schema === null) return null;
      const check = at(name, `responses/${status}`);
      return check(body) ? null : invalidRequest(check.errors);
    },
  };
}

function compiledOnce(): (key: string, make: () => ValidateFunction) => ValidateFunction {
  const compiled = new Map<string, ValidateFunction>();
  return (key, make) => {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const made = make();
    compiled.set(key, made);
    return made;
  };
}

/** @returns every operation with its name, for the router */
export function operationsOf(contract: Contract): readonly (readonly [OperationName, Operation])[] {
  return OPERATIONS.map((name) => [name, contract.operation(name)]);
}

function ajvWith(extract: Extract, coerceTypes: false | "array"): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    coerceTypes,
    useDefaults: coerceTypes !== false,
    logger: false,
  });
  formatsPlugin.default(ajv);
  // A bot's address, `1+app[bot]@…`, is no address to this format, though GitHub gives it.
  ajv.addFormat("email", true);
  return ajv.addSchema(extract, ID);
}

function parametersSchema(operation: Operation, where: "path" | "query"): Record<string, unknown> {
  const described = operation.parameters.filter((parameter) => parameter.in === where);
  return {
    type: "object",
    properties: Object.fromEntries(described.map(({ name, schema }) => [name, rebased(schema)])),
    required: described.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    additionalProperties: false,
  };
}

function rebased(schema: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${ID}#/$defs/`));
}

/** GitHub ignores most surplus fields; here they are refused, so that a misspelt one is noticed on this machine. */
function refuseUndescribed(schema: Record<string, unknown>, body: unknown): void {
  const properties = schema.properties;
  if (typeof properties !== "object" || properties === null || typeof body !== "object" || body === null) return;
  if (schema.anyOf !== undefined || Array.isArray(body)) return;
  const surplus = Object.keys(body).filter((key) => !Object.hasOwn(properties, key));
  if (surplus.length > 0) {
    throw new GithubFault(
      422,
      `Invalid request.\n\n${surplus.map((key) => `"${key}"`).join(", ")} is not a permitted key.`,
    );
  }
}

function invalidRequest(errors: readonly ErrorObject[] | null | undefined): string {
  const lines = (errors ?? []).slice(0, 8).map((error) => {
    const place = error.instancePath === "" ? "" : `For '${error.instancePath.slice(1)}', `;
    return `${place}${error.message ?? error.keyword} ${JSON.stringify(error.params)}`;
  });
  return `Invalid request.\n\n${lines.join("\n")}`;
}
