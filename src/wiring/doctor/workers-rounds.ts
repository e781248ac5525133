/** The doctor's rounds as a worker makes them: with its own App, engine, sandboxes and model. */
import type { Config } from "../../config.ts";
import type { GitHubApp } from "../../github/github-app.ts";
import type { RunDeps } from "../../runs/run-context.ts";
import { engineAnswers } from "../open-home.ts";
import { examine } from "./examine.ts";
import { doctorRounds, type Rounds } from "./rounds.ts";

export function workersRounds(
  config: Config,
  { store, home, model, redact, log }: Pick<RunDeps, "store" | "home" | "model" | "redact" | "log">,
  app: GitHubApp,
): Rounds {
  // the worker's own home stays open
  const borrowed = async () => ({ open: home.open.bind(home), stop: async () => {} });
  return doctorRounds({
    store,
    redact,
    onLine: log,
    look: () =>
      examine({
        config,
        app,
        engine: { where: config.DOCKER_HOST ?? "the local socket", answers: () => engineAnswers(config) },
        home: home.kind === "docker" ? borrowed : null,
        model: () => model,
      }),
  });
}
