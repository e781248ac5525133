/** Tells a container that is gone from an engine that merely refused. */
import type Docker from "dockerode";
import { OrionError } from "../../../domain/errors.ts";
import { engineStatus } from "../connection.ts";

/** @returns what the engine says of the container; null when it knows none such */
export async function stateOf(container: Docker.Container) {
  try {
    return (await container.inspect()).State;
  } catch (error) {
    if (engineStatus(error) === 404) return null;
    throw error;
  }
}

/** @throws OrionError SANDBOX_GONE when the engine says the container is missing or does not run */
export async function reach<T>(container: Docker.Container, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const state = engineStatus(error) === null ? undefined : await stateOf(container);
    if (state === null || state?.Running === false) throw gone(container, error);
    throw error;
  }
}

export function gone(container: Docker.Container, cause?: unknown): OrionError {
  return new OrionError(
    "SANDBOX_GONE",
    "the sandbox no longer runs and its workspace is lost; open it again from the last checkpoint",
    { container: container.id },
    cause,
  );
}
