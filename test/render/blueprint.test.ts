import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { VARIABLES } from "../../src/config.ts";

const blueprint = z.object({
  previews: z.object({ generation: z.literal("off") }),
  services: z.tuple([
    z.looseObject({
      runtime: z.literal("docker"),
      autoDeployTrigger: z.literal("commit"),
      healthCheckPath: z.literal("/readyz"),
      maxShutdownDelaySeconds: z.literal(60),
      envVars: z.array(z.looseObject({ key: z.string(), value: z.string().optional() })),
    }),
  ]),
});

it("deploys a revert whatever its tests say, and names only variables that Orion reads, no secret by value", async () => {
  const { services } = blueprint.parse(parse(await readFile("render.yaml", "utf8")));
  const facts: Readonly<Record<string, unknown>> = VARIABLES;
  for (const { key } of services[0].envVars) expect(Object.keys(facts)).toContain(key);
  const written = services[0].envVars.filter((one) => one.value !== undefined).map((one) => one.key);
  expect(written).toEqual(["NODE_ENV"]);
});
