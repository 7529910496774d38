import { createServer, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';

/** The next answer of the model to the messages it received, in the format of OpenAI's chat completions. */
type Reply = (asked: ChatRequest) => { readonly status?: number; readonly body?: string; readonly message?: object };

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string | null }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/** A model server that answers with a recorded dialogue, turn by turn. */
export async function startChatServer(t: Pick<TestContext, 'after'>, dialogue: Reply[]) {
  const asked: ChatRequest[] = [];
  const keys: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    keys.push(request.headers.authorization);
    if (request.url !== '/v1/chat/completions') return response.writeHead(404).end();
    const body = JSON.parse(await textOf(request)) as ChatRequest;
    asked.push(body);
    const { status = 200, body: raw, message } = dialogue[asked.length - 1]?.(body) ?? { status: 500 };
    response.writeHead(status, { 'content-type': 'application/json' });
    return response.end(raw ?? JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/v1`, asked, keys };
}

/** A message that calls a tool. */
export function calling(name: string, input: unknown, id = 'call_1') {
  const args = typeof input === 'string' ? input : JSON.stringify(input);
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name, arguments: args } }],
  };
}

export function saying(content: string) {
  return { role: 'assistant', content };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
