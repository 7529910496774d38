import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

/** A dialogue in the format of Démarches simplifiées: which question has which answer. */
interface Exchange {
  readonly operation: string;
  readonly variables: object;
  readonly answer: object;
}
const DIALOGUE = JSON.parse(
  readFileSync(new URL('../fixtures/demarches-simplifiees.json', import.meta.url), 'utf8'),
) as readonly Exchange[];

export const PDF = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
export const TOKEN = 'token-of-the-administrator';

/** How the server misbehaves. `pauses`: so many times it asks for a pause first. `silent`: it never answers. */
export type Misbehaviour = 'silent' | 'html' | 'error' | 'loop' | { readonly pauses: number };

/** Plays the dialogue, and misbehaves as the test asks. */
export async function startDemarchesServer(t: TestContext) {
  const state: { misbehaves: Misbehaviour | undefined; asked: number } = { misbehaves: undefined, asked: 0 };
  let origin = '';
  const server = createServer(async (request, response) => {
    if (request.url?.startsWith('/files/')) {
      response.end(request.url.endsWith('autre.pdf') ? `${PDF}\n` : PDF);
      return;
    }
    state.asked += 1;
    await answer(request, response, state, origin);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `${origin}/api/v2/graphql`, state };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: { misbehaves: Misbehaviour | undefined },
  origin: string,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables: object };
  const { misbehaves } = state;
  if (request.headers.authorization !== `Bearer ${TOKEN}`) {
    response.writeHead(401).end('{"errors":[{"message":"Without authorization"}]}');
  } else if (misbehaves === 'html') {
    response.end('<html>Maintenance</html>');
  } else if (misbehaves === 'error') {
    response.end(JSON.stringify({ data: null, errors: [{ message: 'Demarche not found' }] }));
  } else if (typeof misbehaves === 'object' && misbehaves.pauses > 0) {
    state.misbehaves = { pauses: misbehaves.pauses - 1 };
    response.writeHead(429, { 'retry-after': '0' }).end();
  } else if (misbehaves !== 'silent') {
    const asked = misbehaves === 'loop' ? { ...variables, after: null } : variables;
    const [, operation] = /^query (\w+)/.exec(query) ?? [];
    const found = DIALOGUE.find((each) => each.operation === operation && isDeepStrictEqual(each.variables, asked));
    response.writeHead(found ? 200 : 404);
    response.end(JSON.stringify(found?.answer ?? {}).replaceAll('{origin}', origin));
  }
}
