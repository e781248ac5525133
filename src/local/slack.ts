/**
 * A Slack for one machine, for a tool of Orion's to talk to over real HTTP: one
 * workspace, one channel, one token. It is the `emulate` package's, bound to
 * the loopback address; nothing of it is in a deployed Orion.
 */
import { createEmulator } from "emulate";
import { z } from "zod";
import { OrionError } from "../domain/errors.ts";

const TOKEN = "xoxb-of-this-machine";
const CHANNEL = "general";

const channelsSchema = z.object({ channels: z.array(z.object({ id: z.string(), name: z.string() })) });
const historySchema = z.object({ messages: z.array(z.object({ text: z.string() })) });

export interface LocalSlack {
  /** what a tool needs to reach it, as environment variables */
  readonly settings: { readonly SLACK_TOKEN: string; readonly SLACK_API_URL: string };
  /** Texts of the messages in #general, newest first, as Slack's own API tells them. */
  messages(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function startSlack(): Promise<LocalSlack> {
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    hostname: "127.0.0.1",
    seed: {
      slack: {
        team: { name: "CodeMaestro", domain: "codemaestro" },
        users: [{ name: "orion", real_name: "Orion" }],
        channels: [{ name: CHANNEL, topic: "what everybody should know" }],
        tokens: [{ token: TOKEN, user: "orion", scopes: ["chat:write", "channels:read", "channels:history"] }],
      },
    },
  });
  const apiUrl = `http://127.0.0.1:${new URL(emulator.url).port}/api`;
  return {
    settings: { SLACK_TOKEN: TOKEN, SLACK_API_URL: apiUrl },
    async messages(): Promise<readonly string[]> {
      const { channels } = await ask(apiUrl, "conversations.list", {}, channelsSchema);
      const channel = channels.find((one) => one.name === CHANNEL)?.id;
      const { messages } = await ask(apiUrl, "conversations.history", { channel }, historySchema);
      return messages.map((message) => message.text);
    },
    close: () => emulator.close(),
  };
}

async function ask<T>(apiUrl: string, method: string, body: object, answers: z.ZodType<T>): Promise<T> {
  const response = await fetch(`${apiUrl}/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  const parsed = answers.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new OrionError("SLACK_REFUSED", `the local Slack did not answer ${method}: ${JSON.stringify(answer)}`);
}
