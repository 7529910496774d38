import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * A minimal context source in its own process: it answers every request with ten entities of the path's first segment,
 * `/s7/ngsi-ld/v1/entities` with those of s7. Prints its port.
 */
const ENTITIES = 10;
const answers = new Map<string, string>();

function answerOf(source: string): string {
  let answer = answers.get(source);
  if (answer === undefined) {
    const entities = Array.from({ length: ENTITIES }, (_, n) => ({
      id: `urn:ngsi-ld:FarLamp:${source}:${n}`,
      type: 'FarLamp',
      power: { type: 'Property', value: n },
      name: { type: 'Property', value: `Lamp ${n} of ${source}` },
    }));
    answer = JSON.stringify(entities);
    answers.set(source, answer);
  }
  return answer;
}

const server = createServer((request, response) => {
  request.resume();
  const body = answerOf((request.url ?? '').split('/')[1] ?? '');
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
