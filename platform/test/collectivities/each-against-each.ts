import assert from 'node:assert/strict';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { needsByOperation } from '../support/access/access-model.ts';

/** In an entity of each collectivity, followed by its name. */
const MARK = 'Zzgeheim-';
const BODIES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const REFUSING: ReadonlySet<string> = new Set(['read', 'write', 'subscribe', 'administer', 'administerAll']);

interface Member {
  readonly tenant: string;
  readonly host: string;
  /** Of who administers it, and has no other right. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Who asks whom, so that operations in turn go through all pairs: one asks for each, for time. */
function pairOf(at: number, count: number): [from: number, to: number] {
  const from = at % count;
  return [from, (from + 1 + (Math.floor(at / count) % (count - 1))) % count];
}

/**
 * Walks every operation of the product as the administrator of each collectivity, on the host of another, so that each
 * pair meets with many operations. Nothing of the other is shown, and what takes a right is refused.
 */
export async function walkEachAgainstEach(app: FastifyInstance, members: readonly Member[]): Promise<void> {
  for (const { tenant, host, headers } of members) {
    const payload = {
      id: 'urn:ngsi-ld:Building:marked',
      type: 'Building',
      name: { type: 'Property', value: MARK + tenant },
    };
    const json = { ...headers, host, 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/ngsi-ld/v1/entities', headers: json, payload });
    assert.equal(answer.statusCode, 201, answer.body);
  }
  const faults: string[] = [];
  const pairs = new Set<string>();
  const operations = [...needsByOperation()].filter(([operation]) => operation !== 'GET /events');
  for (const [at, [operation, need]] of operations.entries()) {
    const [method = '', path = ''] = operation.split(' ');
    const [from, to] = pairOf(at, members.length);
    const { tenant, headers } = members[from] as Member;
    const other = members[to] as Member;
    pairs.add(`${tenant} ${other.tenant}`);
    const answer = await app.inject({
      method: method as InjectOptions['method'] & 'GET',
      url: path.replaceAll(/\{\w+\}/g, 'urn:ngsi-ld:Building:marked'),
      headers: { ...headers, host: other.host },
      ...(BODIES.has(method) && { payload: {} }),
    });
    const what = `${tenant} at ${other.host}: ${operation} ${answer.statusCode} ${answer.body.slice(0, 150)}`;
    if (answer.statusCode === 500) faults.push(`failed: ${what}`);
    if (answer.body.includes(MARK)) faults.push(`shown: ${what}`);
    if (REFUSING.has(need) && ![401, 403].includes(answer.statusCode)) faults.push(`not refused: ${what}`);
  }
  assert.deepEqual(faults, []);
  assert.equal(pairs.size, members.length * (members.length - 1), 'each met each');
}
