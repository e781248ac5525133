import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { Model } from "../../src/domain/ports/model-port.ts";
import { answering, completed, events, json, modelAt, never, request, scripted } from "./asking.ts";

const silent = (response: ServerResponse) => void response.writeHead(200, { "content-type": "text/event-stream" });
const cut = (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write('data: {"type":"response.created"}\n\n', () => response.destroy());
};
const ask = (model: Model) => model.respond(request(), never());

describe("what the client tries again", () => {
  it.each([
    ["a 500", json(500, { error: { message: "boom" } })],
    ["a 503 without a body", (response: ServerResponse) => void response.writeHead(503).end()],
    ["a 408", json(408, {})],
    ["a 409", json(409, {})],
    ["a 429", json(429, { error: { message: "slow", code: "rate_limit_exceeded" } })],
    ["a dropped connection", (response: ServerResponse) => void response.destroy()],
    ["a cut stream", cut],
    ["a stream that ended before the turn was complete", events({ type: "response.in_progress" })],
    [
      "a failed response",
      events({ type: "response.failed", response: { error: { code: "server_error", message: "x" } } }),
    ],
    ["an error event", events({ type: "error", code: "rate_limit_exceeded", message: "slow" })],
  ])("%s", async (_name, failing) => {
    const server = await answering(failing, completed("at last"));
    expect((await ask(modelAt(server.url))).text).toBe("at last");
    expect(server.received).toHaveLength(2);
    expect(server.received[1]?.body).toBe(server.received[0]?.body);
  });

  it("a stream that fell silent, even before its headers", async () => {
    const server = await answering(silent, () => undefined, completed("at last"));
    expect((await ask(modelAt(server.url, { idleMs: 60 }))).text).toBe("at last");
    expect(server.received).toHaveLength(3);
  });

  it.each(["http-500", "http-429", "cut-stream", "stall"] as const)("a script's %s, over both APIs", async (kind) => {
    const server = await scripted([{ role: "green", say: "at last", bash: "ls", fault: { kind, times: 2 } }]);
    for (const api of ["responses", "chat"] as const)
      expect((await ask(modelAt(server.url, { api, idleMs: 150 }))).text).toBe("at last");
    expect(server.requests().map((one) => one.fault)).toEqual([kind, kind, null, kind, kind, null]);
  });
});

describe("how long the client waits", () => {
  it("takes the server's word for it, in milliseconds, seconds or as a date", async () => {
    const past = new Date(0).toUTCString();
    for (const headers of [{ "retry-after-ms": "1" }, { "retry-after": "0" }, { "retry-after": past }]) {
      const server = await answering(json(429, {}, headers as Record<string, string>), completed("ok"));
      expect((await ask(modelAt(server.url, { backoffMs: 3_600_000 }))).text).toBe("ok");
    }
  });

  it("gives up at once when it is asked to wait for longer than five minutes", async () => {
    const server = await answering(json(429, {}, { "retry-after": "3600" }));
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({
      code: "MODEL_UNREACHABLE",
      facts: { tries: 1, askedWaitMs: 3_600_000 },
    });
  });

  it("keeps a slow stream alive as long as something comes", async () => {
    const server = await answering((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      let sent = 0;
      const beat = setInterval(() => {
        sent += 1;
        if (sent < 8) response.write(": still thinking\n\n");
        else {
          clearInterval(beat);
          response.end(
            `event: response.completed\ndata: ${JSON.stringify({ type: "response.completed", response: { output: [], usage: { input_tokens: 1, output_tokens: 1 } } })}\n\n`,
          );
        }
      }, 40);
    });
    await ask(modelAt(server.url, { idleMs: 160, maxRetries: 0 }));
    expect(server.received).toHaveLength(1);
  });
});

describe("what the client gives up on", () => {
  it("says MODEL_UNREACHABLE with the cause once retries are spent", async () => {
    const server = await answering(json(502, { error: { message: "bad gateway" } }));
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({
      code: "MODEL_UNREACHABLE",
      message: expect.stringContaining("502: bad gateway"),
      facts: { tries: 3 },
    });
    const nobody = modelAt("http://127.0.0.1:9/v1", { maxRetries: 1 });
    await expect(ask(nobody)).rejects.toMatchObject({ code: "MODEL_UNREACHABLE" });
  });

  it("says MODEL_IDLE when the last try was silent too", async () => {
    const server = await answering(silent);
    await expect(ask(modelAt(server.url, { idleMs: 40, maxRetries: 1 }))).rejects.toMatchObject({ code: "MODEL_IDLE" });
    expect(server.received).toHaveLength(2);
  });

  it.each([
    [400, { message: "no such parameter" }, "the same again will not help", false],
    [401, { message: "bad key" }, "check the model key", false],
    [404, { message: "no such model" }, "check the model's name", false],
    [429, { message: "broke", code: "insufficient_quota" }, "no credit left", false],
    [400, { message: "too long", code: "context_length_exceeded" }, "shorten it", true],
    [400, { message: "This model's maximum context length is 10 tokens" }, "shorten it", true],
  ])("says MODEL_REFUSED with the server's words for %i %j", async (status, error, words, contextOverflow) => {
    const server = await answering(json(status, { error }));
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({
      code: "MODEL_REFUSED",
      message: expect.stringMatching(new RegExp(`${error.message}.*${words}`)),
      facts: { status, contextOverflow },
    });
    expect(server.received).toHaveLength(1);
  });

  it("tells a refusal that comes while streaming, an overflow as such", async () => {
    const error = { code: "context_length_exceeded", message: "too long" };
    const server = await answering(events({ type: "response.failed", response: { error } }));
    const invalid = { code: "invalid_prompt", message: "no" };
    const other = await answering(events({ type: "response.failed", response: { error: invalid } }));
    await expect(ask(modelAt(other.url))).rejects.toMatchObject({
      code: "MODEL_REFUSED",
      facts: { contextOverflow: false },
    });
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({
      code: "MODEL_REFUSED",
      facts: { contextOverflow: true },
    });
  });

  it("refuses an answer without usage, whose cost nobody could tell", async () => {
    const server = await answering(completed("free", { usage: null }));
    await expect(ask(modelAt(server.url))).rejects.toMatchObject({ code: "MODEL_REFUSED" });
    const choice = { index: 0, delta: { content: "free" }, finish_reason: "stop" };
    const chat = await answering(events({ choices: [choice] }));
    await expect(ask(modelAt(chat.url, { api: "chat" }))).rejects.toThrow(/include_usage/);
  });

  it("hands on what there is when the model reached its own output limit, but not its unfinished items", async () => {
    const server = await answering(
      completed("half", { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }),
    );
    const reply = await ask(modelAt(server.url));
    expect(reply.text).toBe("half");
    expect(reply).not.toHaveProperty("raw");
  });
});

describe("aborting", () => {
  const waits: [string, (response: ServerResponse) => void, number, number][] = [
    ["before the headers", () => undefined, 0, 0],
    ["in the middle of a stream", silent, 0, 0],
    ["between two tries", json(500, {}), 2, 60],
  ];
  it.each(waits)("rejects with ABORTED %s, and tries no more", async (_name, answer, maxRetries, afterMs) => {
    const abort = new AbortController();
    const server = await answering((response) => {
      answer(response);
      setTimeout(() => abort.abort(), afterMs);
    });
    const began = performance.now();
    const asked = modelAt(server.url, { backoffMs: 3_600_000, maxRetries }).respond(request(), abort.signal);
    await expect(asked).rejects.toMatchObject({ code: "ABORTED" });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(server.received).toHaveLength(1);
  });

  it("asks nothing when the signal was aborted before", async () => {
    const server = await answering(completed("never"));
    await expect(modelAt(server.url).respond(request(), AbortSignal.abort())).rejects.toMatchObject({
      code: "ABORTED",
    });
    expect(server.received).toHaveLength(0);
  });
});
