import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../support/databases.ts';
import { freshTenant } from '../support/tenants.ts';
import { type BrokerProcess, startBrokerProcess } from './broker-process.ts';
import { goodEntity, IDS } from './documents.ts';
import { faultsOf } from './faults.ts';
import { written } from './hostile-values.ts';
import { createRandom, type Random } from './random.ts';
import { type Answer, exchange } from './raw-exchange.ts';
import { type FuzzRequest, hostileRequest, onTheWire } from './requests.ts';

/*
 * Requests that nobody means well, from a seed. FUZZ_CASES says how many, FUZZ_SEED repeats a run; a fault is told with
 * its request, and FUZZ_FAULTS lets a run go on to collect so many.
 */
const CASES = Number(process.env.FUZZ_CASES ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const MAX_FAULTS = Number(process.env.FUZZ_FAULTS ?? 1);

/** Entities pile up: each so many cases begin anew. */
const CASES_PER_TENANT = 100;

/** No request may keep the others waiting longer. */
const MAX_STALL_MS = 1000;

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

describe('Hostile requests', () => {
  for (const database of testDatabases()) {
    test(`are answered, refused ones change nothing, the broker lives on (${database.kind})`, {
      timeout: 120_000 + CASES * 300,
    }, async (t) => {
      const broker = await startBrokerProcess(t, database);
      const random = createRandom(SEED);
      const statuses = new Map<number, number>();
      const faults: string[] = [];
      let slowestMs = 0;
      let tenant = '';
      let before = '';
      for (let number = 0; number < CASES && faults.length < MAX_FAULTS; number++) {
        if (number % CASES_PER_TENANT === 0) {
          tenant = await populatedTenant(broker, random);
          before = await contentOf(broker, tenant);
        }
        const request = hostileRequest(random, tenant);
        const logged = broker.log().length;
        const { answer, stallMs } = await sendTo(broker, request);
        const found = answer === undefined ? silence(request) : faultsOf(request.method, answer);
        slowestMs = Math.max(slowestMs, stallMs);
        if (stallMs > MAX_STALL_MS && (await sendTo(broker, request)).stallMs > MAX_STALL_MS) {
          found.push(`Others waited ${Math.round(stallMs)} ms`);
        }
        if (broker.hasEnded()) found.push(`The process is gone:\n${broker.log().slice(-2000)}`);
        else if (WRITES.has(request.method)) {
          const after = await contentOf(broker, tenant);
          if (isRefused(answer) && after !== before) found.push(`A refused write changed\n${before}\nto\n${after}`);
          before = after;
        }
        const status = answer?.status ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (found.length > 0)
          faults.push(
            `Case ${number} of seed ${SEED}: ${[...found, shown(request), broker.log().slice(logged)].join('\n')}`,
          );
        if (broker.hasEnded()) break;
      }
      const tally = [...statuses].sort(([one], [other]) => one - other).map(([status, times]) => `${status}: ${times}`);
      t.diagnostic(
        `seed ${SEED}, ${CASES} cases, slowest answer beside one ${Math.round(slowestMs)} ms; ${tally.join(', ')}`,
      );
      assert.equal(faults.length, 0, faults.join('\n\n'));
      assert.doesNotMatch(broker.log(), /unhandled|uncaught/i);
    });
  }
});

async function populatedTenant(broker: BrokerProcess, random: Random): Promise<string> {
  const tenant = freshTenant();
  const body = Buffer.from(written(IDS.map((id) => goodEntity(random, id))));
  const headers = [
    ['NGSILD-Tenant', tenant],
    ['Content-Type', 'application/json'],
  ] as const;
  const path = '/ngsi-ld/v1/entityOperations/create';
  const answer = await exchange(broker.port, onTheWire({ method: 'POST', path, headers, body, framing: 'length' }));
  assert.equal(answer?.status, 201, answer?.body);
  return tenant;
}

/** All that a tenant has, as the API shows it. */
async function contentOf(broker: BrokerProcess, tenant: string): Promise<string> {
  const headers = [['NGSILD-Tenant', tenant]] as const;
  const get = async (path: string) => {
    const request = { method: 'GET', path: `/ngsi-ld/v1${path}`, headers, framing: 'none' } as const;
    const answer = await exchange(broker.port, onTheWire(request));
    assert.equal(answer?.status, 200, `${path}: ${answer?.body}`);
    return answer.body;
  };
  return (await get('/entities?local=true&limit=1000&options=sysAttrs')) + (await get('/subscriptions?limit=1000'));
}

/** Sends a request, and while it is under way a plain one: how long that one waits is how long the broker stood still. */
async function sendTo(
  broker: BrokerProcess,
  request: FuzzRequest,
): Promise<{ answer: Answer | undefined; stallMs: number }> {
  const sent = exchange(broker.port, onTheWire(request), request.framing === 'long');
  const beside = await exchange(broker.port, Buffer.from('GET /live HTTP/1.0\r\n\r\n')).catch(() => undefined);
  const answer = await sent.catch(() => undefined);
  const later = await exchange(broker.port, Buffer.from('GET /live HTTP/1.0\r\n\r\n')).catch(() => undefined);
  const gone = Number.POSITIVE_INFINITY;
  return { answer, stallMs: Math.max(beside?.ms ?? gone, later?.ms ?? gone) };
}

/** No answer is right to one who went away in the middle of a request. */
function silence({ framing }: FuzzRequest): string[] {
  return framing === 'long' ? [] : ['No answer'];
}

function isRefused(answer: Answer | undefined): boolean {
  return answer === undefined || answer.status >= 400;
}

function shown(request: FuzzRequest): string {
  const text = onTheWire(request).toString('latin1');
  return text.length > 3000 ? `${text.slice(0, 2000)}… (${text.length} bytes) …${text.slice(-500)}` : text;
}
