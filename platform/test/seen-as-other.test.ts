import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { needsByOperation } from './support/access/access-model.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/*
 * An administrator who sees the product as somebody else changes nothing, whatever that person may do: every operation
 * that is not listed here as one that only reads is refused, before anything else of the request is looked at.
 */

/** They compute or look up, and keep nothing. What anybody may do without signing in is left out. */
const ONLY_READ: ReadonlySet<string> = new Set([
  'POST /decisions/models/check',
  'POST /decisions/reach',
  'POST /decisions/reach/people',
  'POST /decisions/simulations',
  'POST /lighting/simulations',
  'POST /ngsi-ld/v1/entityOperations/query',
  'POST /ngsi-ld/v1/temporal/entityOperations/query',
  'POST /opendata/preview',
  'POST /publishing/preview',
  'POST /rules/backtest',
  'POST /rules/check',
  'POST /rules/replay',
  'POST /rules/{id}/backtest',
  'POST /territory/analysis',
  'POST /territory/map',
  'POST /territory/map/list',
]);
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const REFUSAL = 'Nothing can be changed while you see the product as somebody else';

test('no operation changes anything for who sees the product as somebody else', async (t) => {
  const { app, authorizationOf } = await startGuardedPlatform(t);
  // As an administrator of everything, so that no other right is lacking.
  const authorization = await authorizationOf('ada', 'administrator', 300, { seen_by: 'root', sid: 'session' });
  const letIn: string[] = [];
  let refused = 0;
  for (const [operation, need] of needsByOperation()) {
    const [method, path] = operation.split(' ') as [InjectOptions['method'], string];
    if (SAFE.has(method as string) || need === 'nobody' || need === 'itself') continue;
    const answer = await app.inject({
      method: method as 'POST',
      url: path.replaceAll(/\{\w+\}/g, 'urn:x:none'),
      headers: { authorization },
      ...(method !== 'DELETE' && { payload: {} }),
    });
    if (answer.statusCode === 403 && answer.json().detail === REFUSAL) refused += 1;
    else letIn.push(operation);
  }
  assert.ok(refused > 200, `${refused} were refused`);
  assert.deepEqual(letIn.sort(), [...ONLY_READ].sort());
});
