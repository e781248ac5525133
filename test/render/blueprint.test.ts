import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { loadConfig, VARIABLES } from "../../src/config.ts";
import { KEY } from "../github/app-key.ts";

/** Of Render's reference, what we use; anything else is a slip of the pen. */
const envVar = z.union([
  z.strictObject({ key: z.string(), value: z.string() }),
  z.strictObject({ key: z.string(), sync: z.literal(false) }),
  z.strictObject({ key: z.string(), generateValue: z.literal(true) }),
  z.strictObject({
    key: z.string(),
    fromDatabase: z.strictObject({ name: z.string(), property: z.literal("connectionString") }),
  }),
]);
const blueprintSchema = z.strictObject({
  previews: z.strictObject({ generation: z.literal("off") }),
  services: z.tuple([
    z.strictObject({
      type: z.literal("web"),
      name: z.string(),
      runtime: z.literal("docker"),
      plan: z.enum(["standard", "pro", "pro plus"]),
      dockerfilePath: z.string(),
      autoDeployTrigger: z.literal("commit"),
      preDeployCommand: z.string(),
      healthCheckPath: z.literal("/readyz"),
      maxShutdownDelaySeconds: z.number().int().min(30).max(300),
      envVars: z.array(envVar),
    }),
  ]),
  databases: z.tuple([z.strictObject({ name: z.string(), plan: z.string(), ipAllowList: z.tuple([]) })]),
});

let blueprint: z.output<typeof blueprintSchema>;
beforeAll(async () => {
  blueprint = blueprintSchema.parse(parse(await readFile("render.yaml", "utf8")));
});

describe("render.yaml", () => {
  it("names only variables that Orion reads, and no secret by value", () => {
    const facts: Readonly<Record<string, { readonly facts: { readonly secret?: boolean } }>> = VARIABLES;
    for (const one of blueprint.services[0].envVars) {
      expect(Object.keys(facts)).toContain(one.key);
      if (facts[one.key]?.facts.secret === true) expect(one, one.key).not.toHaveProperty("value");
    }
  });

  it("with the values that a person gives is a configuration that starts", () => {
    const given: Readonly<Record<string, string>> = {
      ...{
        DOCKER_HOST: "tcp://10.0.0.5:2376",
        APP_ID: "1",
        PRIVATE_KEY: KEY,
        OPENAI_API_KEY: "sk-x",
        RENDER_API_KEY: "rnd_x",
      },
    };
    const host = {
      RENDER: "true",
      RENDER_SERVICE_ID: "srv-c0ffee",
      RENDER_EXTERNAL_URL: "https://o.onrender.com",
      PORT: "10000",
    };
    const env = Object.fromEntries(
      blueprint.services[0].envVars.map((one) => {
        if ("value" in one) return [one.key, one.value];
        // Render makes 256 bits up and writes them in base64
        if ("generateValue" in one) return [one.key, Buffer.alloc(32, 7).toString("base64")];
        return [one.key, "fromDatabase" in one ? "postgresql://orion:x@db/orion" : given[one.key]];
      }),
    );
    expect(Object.entries(env).filter(([, value]) => value === undefined)).toEqual([]);
    expect(loadConfig({ ...env, ...host })).toMatchObject({
      ...{ NODE_ENV: "production", ORION_SANDBOX: "docker", ORION_PUBLIC_URL: "https://o.onrender.com" },
    });
    for (const name of ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "DATABASE_URL", "OPENAI_API_KEY"])
      expect(Object.keys(env)).toContain(name);
  });

  it("takes the database that it makes", () => {
    const [{ name }] = blueprint.databases;
    const { envVars } = blueprint.services[0];
    expect(envVars).toContainEqual({ key: "DATABASE_URL", fromDatabase: { name, property: "connectionString" } });
  });

  it("builds what its Dockerfile ends with, and migrates with a program that is in it, without a shell", async () => {
    const { dockerfilePath, preDeployCommand } = blueprint.services[0];
    const stages = (await readFile(dockerfilePath, "utf8")).match(/^FROM .* AS \w+$/gm);
    expect(stages?.at(-1)).toMatch(/ AS app$/);
    expect(preDeployCommand).toMatch(/^[\w./ -]+$/);
    const [program, file = "", ...more] = preDeployCommand.split(" ");
    expect([program, more]).toEqual(["node", []]);
    expect(file.startsWith("src/") && !file.startsWith("src/local/") && existsSync(file)).toBe(true);
  });

  it("gives a stop more time than Orion takes", () => {
    expect(blueprint.services[0].maxShutdownDelaySeconds).toBeGreaterThan(20);
  });
});
