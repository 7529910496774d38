import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chosenBy, testDatabases } from '../support/databases.ts';
import { freshTenant } from '../support/tenants.ts';
import { type BrokerProcess, startBrokerProcess } from './broker-process.ts';
import { goodEntity, IDS } from './documents.ts';
import { faultsOf } from './faults.ts';
import { written } from './hostile-values.ts';
import { mainThreadMs } from './main-thread.ts';
import { createRandom, type Random } from './random.ts';
import { type Answer, exchange } from './raw-exchange.ts';
import { type FuzzRequest, hostileRequest, onTheWire } from './requests.ts';

/*
 * Malicious requests from a seed. FUZZ_CASES is their number, FUZZ_SEED repeats a run. A fault is reported with its
 * request; FUZZ_FAULTS continues until that many are found.
 */
const CASES = Number(process.env.FUZZ_CASES ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const MAX_FAULTS = Number(process.env.FUZZ_FAULTS ?? 1);

/** A new tenant after this many cases, because entities accumulate. */
const CASES_PER_TENANT = 100;

/**
 * The maximum CPU time of the main thread for one request, independent of other load, so that others do not wait
 * longer.
 */
const MAX_COMPUTING_MS = 1000;

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

describe('Hostile requests', () => {
  for (const database of chosenBy('hostile-requests', testDatabases())) {
    test(`are answered, refused ones change nothing, and the broker stays alive (${database.kind})`, {
      timeout: 900_000 + CASES * 5000,
    }, async (t) => {
      const broker = await startBrokerProcess(t, database);
      const random = createRandom(SEED);
      const statuses = new Map<number, number>();
      const faults: string[] = [];
      let longestMs = 0;
      let tenant = '';
      let before = '';
      for (let number = 0; number < CASES && faults.length < MAX_FAULTS; number++) {
        if (number % CASES_PER_TENANT === 0) {
          tenant = await populatedTenant(broker, random);
          before = await contentOf(broker, tenant);
        }
        const request = hostileRequest(random, tenant);
        const logged = broker.log().length;
        const sent = await sendTo(broker, request);
        // An answer can be lost if a broker closes while the body is still being sent, so only two missing answers are
        // a fault.
        const isLost = sent.answer === undefined && request.framing !== 'long' && !broker.hasEnded();
        const answer = isLost ? (await sendTo(broker, request)).answer : sent.answer;
        const found = answer === undefined ? silence(request) : faultsOf(request.method, answer);
        longestMs = Math.max(longestMs, sent.computingMs);
        if (sent.computingMs > MAX_COMPUTING_MS && (await sendTo(broker, request)).computingMs > MAX_COMPUTING_MS) {
          found.push(`Others waited while ${sent.computingMs} ms were computed`);
        }
        if (!sent.isAlive) found.push('No answer to a plain request beside it');
        if (broker.hasEnded()) found.push(`The process is gone:\n${broker.log().slice(-2000)}`);
        else if (WRITES.has(request.method)) {
          const after = await contentOf(broker, tenant);
          if (!isLost && isRefused(answer) && after !== before)
            found.push(`A refused write changed\n${before}\nto\n${after}`);
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
      t.diagnostic(`seed ${SEED}, ${CASES} cases, longest computing for one ${longestMs} ms; ${tally.join(', ')}`);
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

/** All data of a tenant, as the API shows them, without what deliveries write to subscriptions. */
async function contentOf(broker: BrokerProcess, tenant: string): Promise<string> {
  const headers = [['NGSILD-Tenant', tenant]] as const;
  const get = async (path: string) => {
    const request = { method: 'GET', path: `/ngsi-ld/v1${path}`, headers, framing: 'none' } as const;
    const answer = await exchange(broker.port, onTheWire(request));
    assert.equal(answer?.status, 200, `${path}: ${answer?.body}`);
    return answer.body;
  };
  const entities = await get('/entities?local=true&limit=1000&options=sysAttrs');
  const subscriptions: unknown = JSON.parse(await get('/subscriptions?limit=1000&options=sysAttrs'));
  return entities + JSON.stringify(subscriptions, (member, value) => (OF_DELIVERIES.has(member) ? undefined : value));
}

/** Members of a subscription that the broker writes at any time (5.2.12, 5.2.14). */
const OF_DELIVERIES = new Set(['status', 'timesSent', 'timesFailed', 'lastNotification', 'lastSuccess', 'lastFailure']);

/** Sends a request, and simple ones during and after it, which must be answered too. */
async function sendTo(
  broker: BrokerProcess,
  request: FuzzRequest,
): Promise<{ answer: Answer | undefined; computingMs: number; isAlive: boolean }> {
  const before = mainThreadMs(broker.pid);
  const sent = exchange(broker.port, onTheWire(request), request.framing === 'long');
  const beside = await isLive(broker);
  const answer = await sent.catch(() => undefined);
  const isAlive = beside && (await isLive(broker));
  return { answer, computingMs: (mainThreadMs(broker.pid) ?? 0) - (before ?? 0), isAlive };
}

async function isLive(broker: BrokerProcess): Promise<boolean> {
  const answer = await exchange(broker.port, Buffer.from('GET /live HTTP/1.0\r\n\r\n')).catch(() => undefined);
  return answer?.status === 200;
}

/** A client that disconnects during a request gets no answer. */
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
