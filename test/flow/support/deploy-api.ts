/** A deploy host as far as its API goes: tells what the test says. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ToldDeploy {
  readonly commit: string;
  readonly status: string;
  readonly trigger?: string;
}

export interface DeployApi {
  /** variables that have Orion ask this host */
  readonly variables: Readonly<Record<string, string>>;
  /** newest first */
  tell(deploys: readonly ToldDeploy[]): void;
}

/** @param whenOver called with what closes it, at the end of the test */
export async function openDeployApi(whenOver: (close: () => void) => void): Promise<DeployApi> {
  let told: readonly ToldDeploy[] = [];
  const at = new Date().toISOString();
  const server = createServer((_, response) => {
    const deploys = told.map(({ commit, status, trigger = "new_commit" }) => ({
      deploy: { id: `dep-${commit}`, commit: { id: commit }, status, trigger, createdAt: at, finishedAt: null },
    }));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(deploys));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  whenOver(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    variables: {
      RENDER_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      RENDER_API_KEY: "rnd_of-a-test-0123456789",
      RENDER_SERVICE_ID: "srv-test",
      ORION_REPOSITORY: "acme/math",
    },
    tell: (deploys) => {
      told = deploys;
    },
  };
}
