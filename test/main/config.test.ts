import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  ConfigError,
  envExample,
  loadConfig,
  SERVICE_OF_THIS_MACHINE,
  secretsOf,
  VARIABLES,
} from "../../src/config.ts";

const key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----";

describe("the configuration", () => {
  it("has a default for everything a deployment need not choose", () => {
    expect(loadConfig({})).toMatchObject({ ORION_ROLE: "all", PORT: 3000, ORION_BUDGET_USD: 5, ORION_SANDBOX: "auto" });
  });

  it("takes the public address from the host where none is given", () => {
    const host = { RENDER_EXTERNAL_URL: "https://orion.onrender.com" };
    expect(loadConfig(host).ORION_PUBLIC_URL).toBe(host.RENDER_EXTERNAL_URL);
    expect(loadConfig({ ...host, ORION_PUBLIC_URL: "" }).ORION_PUBLIC_URL).toBe(host.RENDER_EXTERNAL_URL);
    const own = "https://orion.example.org";
    expect(loadConfig({ ...host, ORION_PUBLIC_URL: own }).ORION_PUBLIC_URL).toBe(own);
  });

  it("is for production on Render, save on the host that stands in for it on one machine", () => {
    const render = { RENDER: "true", RENDER_SERVICE_ID: "srv-c0ffee" };
    for (const NODE_ENV of [undefined, "development", "test"])
      expect(() => loadConfig({ ...render, NODE_ENV })).toThrow(/NODE_ENV must be production on Render/);
    expect(() => loadConfig({ RENDER: "true" })).toThrow(ConfigError);
    expect(loadConfig({ ...render, NODE_ENV: "production" }).NODE_ENV).toBe("production");
    expect(loadConfig({ ...render, RENDER_SERVICE_ID: SERVICE_OF_THIS_MACHINE }).NODE_ENV).toBe("development");
  });

  it("takes an empty variable as unset", () => {
    expect(loadConfig({ PORT: "", OPENAI_API_KEY: "" })).toMatchObject({ PORT: 3000, OPENAI_API_KEY: undefined });
  });

  it.each([
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["NODE_ENV", "prod"],
    ["DATABASE_URL", "mysql://x"],
    ["WEBHOOK_SECRET", "development"],
    ["WEBHOOK_SECRET", "short"],
    ["PRIVATE_KEY", "not a key"],
    ["APP_ID", "-3"],
    ["ORION_SANDBOX", "vm"],
    ["ORION_BUDGET_USD", "0"],
    ["ORION_PUBLIC_URL", "orion.example.org"],
  ])("stops on %s=%s and names the variable", (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => loadConfig({ [name]: value })).toThrow(new RegExp(`^${name} `));
  });

  it("names every wrong variable at once, and never a secret's value", () => {
    const load = () => loadConfig({ PORT: "x", WEBHOOK_SECRET: "hunter2-hunter2" });
    expect(load).toThrow(/PORT[\s\S]*WEBHOOK_SECRET/);
    expect(load).not.toThrow(/hunter2/);
  });

  it("takes a private key as PEM, with escaped line ends, or as base64", () => {
    for (const given of [key, key.replaceAll("\n", "\\n"), Buffer.from(key).toString("base64")]) {
      expect(loadConfig({ PRIVATE_KEY: given }).PRIVATE_KEY).toBe(key);
    }
  });

  it("knows its secrets", () => {
    const config = loadConfig({ PRIVATE_KEY: key, OPENAI_API_KEY: "sk-x", WEBHOOK_SECRET: "w".repeat(32), PORT: "1" });
    expect(new Set(secretsOf(config))).toEqual(new Set([key, "sk-x", "w".repeat(32)]));
  });

  it("is what .env.example says", () => {
    expect(readFileSync(new URL("../../.env.example", import.meta.url), "utf8")).toBe(envExample());
    for (const name of Object.keys(VARIABLES)) expect(envExample()).toContain(`# ${name}=`);
  });
});
