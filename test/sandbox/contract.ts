/**
 * What every sandbox home promises, as tests that take the home under test.
 * It is not a test file by itself.
 */
import { afterAll, beforeAll, describe } from "vitest";
import type { Sandbox, SandboxHome } from "../../src/domain/ports/sandbox-port.ts";
import { commandTests, contentTests, fileTests } from "./contract-commands.ts";
import { lifeTests, setupTests } from "./contract-life.ts";
import { opening } from "./tars.ts";

/**
 * @param makeHome called once; the home is stopped at the end
 * @param forget removes a set-up that a test prepared
 */
export function sandboxContract(
  title: string,
  makeHome: () => Promise<SandboxHome>,
  forget: (reference: string) => Promise<void> = async () => undefined,
): void {
  describe(title, () => {
    const prepareds: string[] = [];
    let home: SandboxHome;
    let sandbox: Sandbox;
    beforeAll(async () => {
      home = await makeHome();
      sandbox = await opening(() => home);
    });
    afterAll(async () => {
      await sandbox?.close();
      await home?.stop();
      for (const reference of prepareds) await forget(reference);
    });
    const sh = (script: string, deadlineMs = 20_000) => sandbox.exec(["sh", "-c", script], { deadlineMs });

    contentTests(() => sandbox);
    commandTests(() => sandbox, sh);
    fileTests(() => sandbox, sh);
    lifeTests(() => home);
    setupTests(() => home, prepareds);
  });
}
