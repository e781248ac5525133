/** Chooses who answers as the model: a provider with a key, or a script. */
import type { Config } from "../config.ts";
import { OrionError } from "../domain/errors.ts";
import type { Model } from "../domain/ports/model-port.ts";
import { openaiModel } from "../model/openai-model.ts";

const MODEL_RETRIES = 4;

/** True when a script plays the model: no key, and a script named. */
export function isScripted(config: Config): boolean {
  return config.OPENAI_API_KEY === undefined && config.ORION_MODEL_SCRIPT !== undefined;
}

/** The models that a repository may name besides the operator's own. */
export function openModels(config: Config, scripted: boolean): readonly Model[] {
  return config.ORION_MODELS.map((name) => openModel({ ...config, ORION_MODEL: name }, scripted, name));
}

/**
 * @param played what a script is called while it plays
 * @throws OrionError CONFIG_MISSING when there is neither key nor script
 */
export function openModel(config: Config, scripted: boolean, played = "script"): Model {
  const apiKey = config.OPENAI_API_KEY ?? (scripted ? "scripted" : undefined);
  if (apiKey === undefined || (scripted && config.OPENAI_BASE_URL === undefined)) {
    throw new OrionError(
      "CONFIG_MISSING",
      "set OPENAI_API_KEY, or play a script on this machine with: ORION_MODEL_SCRIPT=… npm run dev",
      { missing: ["OPENAI_API_KEY"] },
    );
  }
  return openaiModel({
    apiKey,
    ...(config.OPENAI_BASE_URL === undefined ? {} : { baseURL: config.OPENAI_BASE_URL }),
    model: scripted ? played : config.ORION_MODEL,
    // what a script says costs nothing, whatever it is called
    ...(scripted && { prices: {} }),
    api: config.ORION_MODEL_API,
    idleMs: config.ORION_MODEL_IDLE_SECONDS * 1_000,
    maxRetries: MODEL_RETRIES,
    scripted,
  });
}
