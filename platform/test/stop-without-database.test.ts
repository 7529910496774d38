import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.ts';
import { startPlatformProcess } from './support/platform-process.ts';

const postgres = findPostgres();
const skip = postgres === undefined && 'PostgreSQL 17 with PostGIS is missing';
const REQUESTS = 50;

test('a product that is stopped while the database is away answers the open requests, and ends with code 0', {
  skip,
  timeout: 400_000,
}, async (t) => {
  const server = await startPostgres(postgres as string); // otherwise skipped
  t.after(() => server.stop());
  const product = await startPlatformProcess({
    DATABASE_URL: server.url,
    ACCESS: 'open',
    DEMO: 'off',
    SECRET_KEY: 'the secret key of the tests',
  });
  t.after(() => product.kill());
  const agent = new Agent({ maxSockets: REQUESTS });
  t.after(() => agent.destroy());

  await server.crash();
  const before = product.output().length;
  const writes = Array.from({ length: REQUESTS }, (_, number) => {
    const body = JSON.stringify({ id: `urn:ngsi-ld:Lamp:${number}`, type: 'Lamp' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
    const outgoing = request(`${product.url}/ngsi-ld/v1/entities`, { agent, method: 'POST', headers });
    const answered = once(outgoing, 'response').then(
      ([response]) => (response as IncomingMessage).resume().statusCode,
      (error: Error) => error.message,
    );
    outgoing.flushHeaders();
    // The product has read the headers.
    const accepted = once(outgoing, 'continue').then(() => outgoing.end(body));
    return { accepted, answered };
  });
  await Promise.all(writes.map(({ accepted }) => accepted));
  const [code, ...statuses] = await Promise.all([product.stop(), ...writes.map(({ answered }) => answered)]);

  assert.deepEqual(new Set(statuses), new Set([503]));
  assert.equal(code, 0, product.output().slice(before));
  assert.doesNotMatch(product.output().slice(before), /\n\s+at |Unhandled|uncaught/i);
});
