import { createServer } from 'node:http';
import type { TestContext } from 'node:test';

/** Receives notifications and keeps their bodies. */
export async function receiver(t: TestContext) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { bodies, url: `http://127.0.0.1:${(server.address() as { port: number }).port}/` };
}

/** Reads a stream while it arrives. */
export function reading(stream: Response) {
  let text = '';
  let ended = false;
  void (async () => {
    for await (const chunk of stream.body as ReadableStream<Uint8Array>) text += new TextDecoder().decode(chunk);
    ended = true;
  })();
  return { text: () => text, hasEnded: () => ended };
}
