/**
 * `npm run doctor`: looks at everything Orion needs, prints what it found with
 * the remedies, and exits 1 when something needs a person. It changes nothing.
 */
import { ConfigError, loadConfig, secretsOf } from "./config.ts";
import { describeError } from "./domain/errors.ts";
import { githubApp } from "./github/github-app.ts";
import { liveRedactor } from "./policy/redaction.ts";
import { examine } from "./wiring/doctor/examine.ts";
import { doctorReport } from "./wiring/doctor/words.ts";
import { engineAnswers, openHome } from "./wiring/open-home.ts";
import { isScripted, openModel } from "./wiring/open-model.ts";

try {
  const config = loadConfig(process.env);
  const redactor = liveRedactor(secretsOf(config));
  const { APP_ID: appId, PRIVATE_KEY: privateKey, WEBHOOK_SECRET: webhookSecret } = config;
  const app =
    appId === undefined || privateKey === undefined || webhookSecret === undefined
      ? null
      : githubApp({
          ...{ appId, privateKey, webhookSecret },
          baseUrl: config.GITHUB_API_URL,
          clean: redactor.clean,
          onSecret: redactor.learn,
        });
  const scripted = isScripted(config);
  const onLine = (line: string): void => console.error(redactor.clean(line));
  const findings = await examine({
    config,
    app,
    engine: { where: config.DOCKER_HOST ?? "the local socket", answers: () => engineAnswers(config) },
    home: () =>
      openHome(
        { ...config, ORION_SANDBOX: "docker", ORION_SANDBOX_WARM: 0 },
        { env: process.env, scripted, scope: "orion-doctor", onLine },
      ),
    model: () => openModel(config, scripted),
  });
  console.log(redactor.clean(doctorReport(findings)));
  process.exitCode = findings.every((one) => one.well) ? 0 : 1;
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : describeError(error));
  process.exitCode = 1;
}
