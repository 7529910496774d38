import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../broker/test/fuzz/random.ts';
import { type Answer, exchange } from '../../../broker/test/fuzz/raw-exchange.ts';
import { quietestRun } from '../../../services/kit/test/support/busiest-turn.ts';
import { type Need, needsByOperation, policiesOf, ROLES } from '../support/access/access-model.ts';
import { startGuardedPlatform } from '../support/guarded-platform.ts';
import { ownDatabase } from '../support/own-database.ts';
import { borderFaults, MARKERS } from './border-faults.ts';
import { type BorderRequest, borderRequest, OWN_TENANT, onTheWire } from './border-request.ts';
import { ENDPOINT_HOST, goodBodies } from './good-bodies.ts';

/*
 * Requests with an unusual tenant, credential, path, parameter, header or body, to every route of the product with
 * enforced access. No answer may be a server error, take more than a second, keep the event loop for more than 50 ms of
 * CPU time or differ from the access model. A seed repeats a run: `npm run fuzz -- --minutes 60 --seed 7`.
 */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_128);
const MINUTES = Number(process.env.FUZZ_MINUTES ?? 0);
/** Used without minutes: a number of requests, so that a run doesn't depend on the machine. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1500);
const HANG_MS = 1000;
const BLOCK_MS = 50;
const WORST = 5;
/** The number of statements of one request, each of which is slow on a slow machine. */
const MAX_STATEMENTS = 20;
const MAX_FAULTS = 60;
/** Entities may have been deleted, and tenants emptied. */
const SEED_AGAIN_AFTER = 500;
const TOKENS_LAST_S = 2 * 24 * 3600;
const NO_ANSWER_MS = 30_000;
const NO_EXPORT_MS = 240_000;

test('no unusual request gets a 5xx, a timeout or an answer that differs from the access model', async (t) => {
  const { TEST_DATABASE_URL } = process.env;
  const database = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'borders');
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, {
    OUTGOING: `${ENDPOINT_HOST}/32`,
    ...(database && { DATABASE_URL: database.url }),
  });
  t.after(() => database?.drop()); // after the end of the platform
  const port = Number(new URL(publicUrl).port);

  const authorizations = new Map<string, string | undefined>();
  // Repeated now and then, because creating keys requires a sign-in of the last ten minutes.
  const signIn = async () => {
    for (const role of Object.keys(ROLES)) {
      authorizations.set(role, role === 'anonymous' ? undefined : await authorizationOf(role, role, TOKENS_LAST_S));
    }
  };
  await signIn();
  const administrator = { authorization: authorizations.get('administrator') };
  for (const { role, policy } of policiesOf(OWN_TENANT)) {
    const url = `/ops/access/policies/${role}`;
    const answer = await app.inject({ method: 'PUT', url, headers: administrator, payload: policy });
    assert.ok(answer.statusCode < 300, answer.body);
  }
  const seedTenants = async () => {
    for (const [tenant, marker] of MARKERS) {
      const payload = [{ id: `urn:x:lamp-of-${tenant || 'default'}`, type: 'Lamp', name: { value: marker } }];
      const headers = { ...administrator, ...(tenant !== '' && { 'ngsild-tenant': tenant }) };
      const url = '/ngsi-ld/v1/entityOperations/upsert';
      const answer = await app.inject({ method: 'POST', url, headers, payload });
      assert.ok(answer.statusCode < 300, answer.body);
    }
  };

  const needs = needsByOperation();
  const operations = [...needs.keys()].filter((operation) => !NOT_ASKED.has(operation));
  const goodBody = goodBodies((await app.inject('/openapi.json')).json());
  const random = createRandom(SEED);
  const made: string[] = [];
  const faults = new Map<string, string>();
  const statuses = new Map<number, number>();
  const blocks = new Map<string, number>();
  const end = Date.now() + MINUTES * 60_000;
  let [asked, slowestMs] = [0, 0];
  console.log(`border fuzz: seed ${SEED}, ${MINUTES > 0 ? `${MINUTES} minutes` : `${REQUESTS} requests`}`);
  while ((MINUTES > 0 ? Date.now() < end : asked < REQUESTS) && faults.size < MAX_FAULTS) {
    if (asked++ % SEED_AGAIN_AFTER === 0) {
      await signIn();
      await seedTenants();
    }
    const request = borderRequest(random, { operations, authorizations, goodBody, made });
    const found: string[] = [];
    let answer: Answer | undefined;
    try {
      const turn = await quietestRun(BLOCK_MS, () => ask(port, request));
      answer = turn.result;
      const blockMs = turn.busiestMs;
      blocks.set(request.operation, Math.max(blocks.get(request.operation) ?? 0, blockMs));
      if (blockMs > BLOCK_MS) found.push(`a block of more than ${BLOCK_MS} ms`);
      slowestMs = Math.max(slowestMs, answer?.ms ?? 0);
      const isTimed = !EXPORTS.has(request.operation);
      if (isTimed && (answer?.ms ?? 0) > HANG_MS && (await isHang(port, request)))
        found.push(`a hang: ${answer?.ms} ms`);
    } catch (error) {
      found.push(`no answer: ${(error as Error).message.slice(0, 200)}`);
    }
    if (answer?.status === 201) remember(made, answer);
    statuses.set(answer?.status ?? 0, (statuses.get(answer?.status ?? 0) ?? 0) + 1);
    found.push(...borderFaults(request, needOf(needs, request), answer));
    for (const fault of found) {
      const key = `${fault}: ${request.operation}`;
      if (!faults.has(key)) {
        console.log(`${key} (request ${asked})\n${shown(request)}\n→ ${answer?.body.slice(0, 400)}`);
      }
      faults.set(
        key,
        `${key} (request ${asked})\n${shown(request)}\n→ ${answer?.status} ${answer?.body.slice(0, 400)}`,
      );
    }
  }
  const tally = [...statuses].sort(([one], [other]) => one - other).map(([status, times]) => `${status}: ${times}`);
  console.log(`border fuzz: ${asked} requests, slowest ${Math.round(slowestMs)} ms; ${tally.join(', ')}`);
  const worst = [...blocks].sort(([, one], [, other]) => other - one).slice(0, WORST);
  console.log(
    `border fuzz: the longest blocks: ${worst.map(([name, ms]) => `${name} ${Math.round(ms)} ms`).join(', ')}`,
  );
  assert.equal(faults.size, 0, [...faults.values()].join('\n\n'));
});

/** Streams never end; the others would change the access model or the keys of the run. */
const NOT_ASKED: ReadonlySet<string> = new Set(['GET /events', 'POST /ops/access/revocations']);

/** Their duration depends on the amount of data, which is large after hours. */
const EXPORTS: ReadonlySet<string> = new Set(['GET /ops/audit/export', 'GET /ops/audit/verify']);

const MAX_MADE = 50;

/** Created resources are read, changed and deleted by later requests. */
function remember(made: string[], { headers }: Answer): void {
  const end = headers.get('location')?.split('/').at(-1);
  if (end === undefined || end === '' || made.includes(end)) return;
  if (made.push(end) > MAX_MADE) made.shift();
}

/** The required right; another method than the operation's may be another operation. */
function needOf(needs: ReadonlyMap<string, Need>, { operation, method }: BorderRequest): Need {
  const [, template] = operation.split(' ');
  return needs.get(`${method} ${template}`) ?? needs.get(operation) ?? 'administerAll';
}

function ask(port: number, request: BorderRequest): Promise<Answer | undefined> {
  return exchange(port, onTheWire(request), false, EXPORTS.has(request.operation) ? NO_EXPORT_MS : NO_ANSWER_MS);
}

/** Whether it takes long each time, much longer than a database access, so that the machine is not the reason. */
async function isHang(port: number, request: BorderRequest): Promise<boolean> {
  const ready = () => exchange(port, Buffer.from('GET /ready HTTP/1.0\r\n\r\n'), false, NO_ANSWER_MS);
  for (let times = 0; times < 3; times++) {
    const before = await ready();
    const again = await ask(port, request);
    const after = await ready();
    const look = Math.max(before?.ms ?? 0, after?.ms ?? 0);
    if ((again?.ms ?? 0) <= HANG_MS + MAX_STATEMENTS * look) return false;
  }
  return true;
}

function shown(request: BorderRequest): string {
  const text = onTheWire(request)
    .toString('latin1')
    .replace(/Bearer [\w.-]{60,}/g, 'Bearer …');
  return text.length > 1200 ? `${text.slice(0, 1200)}… (${text.length} bytes)` : text;
}
