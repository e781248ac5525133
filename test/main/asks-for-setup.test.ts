import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { asksForSetup } from "../../src/wiring/setup/asks-for-setup.ts";
import { KEY } from "../github/app-key.ts";

const ADDRESS = { ORION_PUBLIC_URL: "https://orion.example.org" };
const TOKEN = { ORION_SETUP_TOKEN: "0123456789abcdef0123456789abcdef" };
const PRODUCTION = { NODE_ENV: "production" };
const asks = (...parts: readonly Readonly<Record<string, string>>[]) =>
  asksForSetup(loadConfig(Object.assign({}, ...parts)));

describe("a process without an App", () => {
  it("serves the set-up page where it can be reached, in production only where a token asks for it", () => {
    expect(asks(ADDRESS)).toBe(true);
    expect(asks(ADDRESS, PRODUCTION, TOKEN)).toBe(true);
    // what the host made up in advance is replaced
    expect(asks(ADDRESS, PRODUCTION, TOKEN, { WEBHOOK_SECRET: TOKEN.ORION_SETUP_TOKEN })).toBe(true);
    expect(asks(ADDRESS, PRODUCTION)).toBe(false);
    expect(asks(PRODUCTION, TOKEN, { ORION_PUBLIC_URL: "http://orion.example.org" })).toBe(false);
    expect(asks({})).toBe(false);
    expect(asks(PRODUCTION, TOKEN)).toBe(false);
  });

  it("is an error and no open door as soon as a part of an App is set", () => {
    expect(asks(ADDRESS, TOKEN, { APP_ID: "1" })).toBe(false);
    expect(asks(ADDRESS, TOKEN, { PRIVATE_KEY: KEY })).toBe(false);
    expect(asks(ADDRESS, TOKEN, { ORION_ROLE: "worker" })).toBe(false);
  });

  it("takes no weak token", () => {
    expect(() => loadConfig({ ORION_SETUP_TOKEN: "short" })).toThrow(/^ORION_SETUP_TOKEN /);
  });
});
