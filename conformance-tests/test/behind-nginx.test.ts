import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startFleet } from '../../scripts/fleet.ts';
import { findProgram } from '../../scripts/programs.ts';
import { run } from '../src/run.ts';
import { allCases } from '../src/verdict.ts';
import { database, NO_DATABASE, only } from './support/scaled.ts';

const program = findProgram('nginx');

/** nginx reads a body without a length to its end and adds the length, so the broker can't answer 411. */
const isOfNginx = (id: string) => id.endsWith('without Content-Length');

describe('Our brokers behind nginx, two on one database', {
  skip: (database === undefined && NO_DATABASE) || (program === undefined && 'nginx is missing'),
}, () => {
  test('pass every case and fail no request while they are restarted in turn', { timeout: 600_000 }, async (t) => {
    const fleet = await startFleet(program as string, (await database?.url()) as string); // otherwise skipped
    t.after(() => fleet.stop());
    let isDone = false;
    let restarts = 0;
    const restarting = (async () => {
      while (!isDone || restarts === 0) {
        await fleet.restartInTurn();
        restarts++;
      }
    })();
    const faults: string[] = [];
    let asked = 0;
    const clients = Promise.all(
      ['one', 'two', 'three'].map(async (name) => {
        const url = `${fleet.url}/ngsi-ld/v1/entities`;
        const headers = { 'content-type': 'application/json', 'ngsild-tenant': 'restarted' };
        const id = `urn:ngsi-ld:Lamp:${name}`;
        const ask = async (method: string, path: string, body?: object) => {
          asked++;
          const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
          const text = await response.text();
          if (!response.ok) throw new Error(`${response.status} ${text}`);
          return text;
        };
        const attempt = (...request: Parameters<typeof ask>) =>
          ask(...request).catch((error: Error) => {
            faults.push(`${request[0]} ${request[1]}: ${error.message} ${error.cause ?? ''}`);
            return '{}';
          });
        await attempt('POST', '', { id, type: 'Lamp', level: { type: 'Property', value: 0 } });
        for (let level = 1; !isDone || restarts === 0; level++) {
          await attempt('PATCH', `/${id}/attrs/level`, { type: 'Property', value: level });
          const seen = JSON.parse(await attempt('GET', `/${id}?format=simplified`));
          if (seen.level !== level) faults.push(`${id}: wrote ${level}, read ${seen.level}`);
          await pause(10);
        }
      }),
    );
    const verdict = await run({ url: fleet.url, only, timeoutMs: 30_000, jobs: 4 });
    isDone = true;
    await Promise.all([restarting, clients]);
    t.diagnostic(`${asked} requests beside the suite, all processes restarted ${restarts} times`);
    assert.deepEqual(faults, []);
    assert.deepEqual(
      allCases(verdict).filter(({ outcome, id }) => outcome !== 'passed' && !isOfNginx(id)),
      [],
    );
  });
});
