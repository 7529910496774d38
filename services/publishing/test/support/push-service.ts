import { createServer } from 'node:https';

/*
 * A push service in its own process (RFC 8030): accepts encrypted and signed messages, and answers 410 for every
 * twentieth subscription. The parent sends certificate and key, receives the port, and asks for the count.
 */
export type Command = { readonly cert: string; readonly key: string } | 'count';
export type Report =
  | { readonly port: number }
  | { readonly accepted: number; readonly gone: number; readonly bad: number };

export const isGone = (n: number) => n % 20 === 0;

const counts = { accepted: 0, gone: 0, bad: 0 };
const report = (given: Report) => process.send?.(given);

process.on('message', (command: Command) => {
  if (command === 'count') {
    report({ ...counts });
    return;
  }
  const server = createServer({ cert: command.cert, key: command.key, keepAlive: true }, (request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      const { headers, method, url = '' } = request;
      const isMessage =
        method === 'POST' &&
        headers['content-encoding'] === 'aes128gcm' &&
        headers.ttl !== undefined &&
        /^(?:vapid|WebPush) /.test(headers.authorization ?? '') &&
        bytes > 100;
      const outcome = !isMessage ? 'bad' : isGone(Number(url.slice(1))) ? 'gone' : 'accepted';
      counts[outcome] += 1;
      response.writeHead({ bad: 400, gone: 410, accepted: 201 }[outcome]).end();
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') report({ port: address.port });
  });
});
process.once('disconnect', () => process.exit(0));
