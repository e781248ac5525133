/**
 * GraphQL for the little that REST cannot do, against GitHub's own schema.
 */
import { buildSchema, type ExecutionResult, type GraphQLSchema, graphql } from "graphql";
import type { Principal } from "../auth/principal.ts";
import type { World } from "../world.ts";
import { createRoot } from "./root.ts";

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

/** @returns a function that runs one document; the schema is parsed when the first one comes */
export function createGraphql(
  world: World,
): (principal: Principal, request: GraphqlRequest) => Promise<ExecutionResult> {
  let schema: Promise<GraphQLSchema> | null = null;
  return async (principal, request) => {
    schema ??= readSchema();
    return graphql({
      schema: await schema,
      source: request.query,
      rootValue: createRoot(world, principal),
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
      typeResolver: (value: unknown) =>
        typeof value === "object" && value !== null && "__typename" in value ? String(value.__typename) : undefined,
    });
  };
}

/** Loaded only now: the package reads megabytes when it is imported. */
async function readSchema(): Promise<GraphQLSchema> {
  const { schema } = await import("@octokit/graphql-schema");
  return buildSchema(schema.idl, { assumeValid: true, assumeValidSDL: true });
}
