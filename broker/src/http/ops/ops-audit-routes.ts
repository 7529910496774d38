import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Act, AuditEntry, AuditFilter, AuditStore } from '../../access/audit.ts';
import type { AuditIntents, BegunAct } from '../../access/audit-intents.ts';
import { ANONYMOUS, actorOf } from '../../access/principal.ts';
import { checkMembers, optionalText } from '../../access/read-members.ts';
import { hasEntry } from '../../access/recorded-change.ts';
import { badMember, checkDateTime, isJsonObject } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import { type Parameters, readInteger, readParameters } from '../requests/parameters.ts';
import { parameters as names } from '../requests/resource.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends what was written down before the handler, once the audit has its entry. */
    auditIntent?: () => Promise<void>;
  }
}

const FILTER = ['actor', 'action', 'object', 'since', 'before'] as const;
const LONGEST_PAGE = 1000;
/** Details may have 16 kB, so that more would block the event loop. */
const EXPORTED_AT_ONCE = 100;
const OUTCOMES = ['done', 'refused', 'failed'] as const;
const LONGEST_DETAILS = 16_384;

/** `/ops/audit`: search, export and verify the audit; services add entries to it. */
export function opsAuditRoutes(app: FastifyInstance, audit: AuditStore): void {
  // Newest first. → {"entries": […], "next": 120}: continue with before=next.
  const list = async (query: unknown, reply: FastifyReply, further: AuditFilter) => {
    const parameters = readParameters(query, names(...FILTER, 'limit', 'beforeN'));
    const limit = readInteger(parameters, 'limit', 1) ?? 100;
    if (limit > LONGEST_PAGE) throw badMember('limit', limit, `at most ${LONGEST_PAGE}`);
    const filter = { ...filterOf(parameters), ...further };
    const entries = await audit.search(filter, limit, readInteger(parameters, 'beforeN', 1));
    return sendJson(reply, { entries, ...(entries.length === limit && { next: entries.at(-1)?.n }) });
  };
  app.get('/ops/audit', ({ query }, reply) => list(query, reply, {}));
  // Those of the tenant of the request, for who administers it alone.
  app.get('/ops/audit/own', ({ query, tenant }, reply) => list(query, reply, { tenant }));

  // All entries in order, one JSON object per line.
  app.get('/ops/audit/export', (_request, reply) => {
    reply.type('application/x-ndjson');
    return reply.send(Readable.from(lines(audit)));
  });

  // ?n=…&hash=…: a head recorded earlier. → {"intact": true, "head": {"n", "hash"}} or where the chain is broken
  app.get('/ops/audit/verify', async (request, reply) => {
    const parameters = readParameters(request.query, names('n', 'hash'));
    const n = readInteger(parameters, 'n', 1);
    const { hash } = parameters;
    if ((n === undefined) !== (hash === undefined)) throw badMember('hash', hash, 'n and hash of the same entry');
    return sendJson(reply, await audit.verify(n !== undefined && hash !== undefined ? { n, hash } : undefined));
  });

  // {"action": "sign-in", "object": "oidc", "actor": "token:alice", "outcome": "refused", "details": {…}}
  app.post('/ops/audit', async (request, reply) => {
    await audit.append(readAct(request));
    return reply.code(201).send();
  });
}

async function* lines(audit: AuditStore): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const page = await audit.page(after, EXPORTED_AT_ONCE);
    for (const entry of page) yield `${JSON.stringify(entry)}\n`;
    const last: AuditEntry | undefined = page.at(-1);
    if (last === undefined || page.length < EXPORTED_AT_ONCE) return;
    after = last.n;
  }
}

function filterOf({ actor, action, object, since, before }: Parameters): AuditFilter {
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(object !== undefined && { object }),
    ...(since !== undefined && { since: new Date(checkDateTime(since, 'since')) }),
    ...(before !== undefined && { before: new Date(checkDateTime(before, 'before')) }),
  };
}

function readAct(request: FastifyRequest): Act {
  const given = checkMembers(request.body, 'body', ['actor', 'action', 'object', 'tenant', 'outcome', 'details']);
  const action = optionalText(given.action, 'action');
  if (action === undefined) throw badMember('action', undefined, 'what was done, e.g. sign-in');
  const outcome = OUTCOMES.find((name) => name === (given.outcome ?? 'done'));
  if (outcome === undefined) throw badMember('outcome', given.outcome, OUTCOMES.join(', '));
  const details = given.details ?? {};
  if (!isJsonObject(details) || JSON.stringify(details).length > LONGEST_DETAILS) {
    throw badMember('details', details, `an object of at most ${LONGEST_DETAILS} characters`);
  }
  const reporter = actorOf(request.access?.principal ?? ANONYMOUS);
  return {
    actor: optionalText(given.actor, 'actor') ?? reporter,
    action,
    object: optionalText(given.object, 'object') ?? '',
    tenant: optionalText(given.tenant, 'tenant') ?? '',
    outcome,
    details: { ...details, reportedBy: reporter },
  };
}

/** Routes that administer. Those under it that need no right are for devices and for our own notifications. */
const ADMINISTRATION = /^\/(?:ops|iot|rules|ngsi-ld\/v1\/(?:subscriptions|csourceRegistrations))(?:\/|$)/;
/** Routes that write their own audit entries in their transaction, and routes that change nothing. */
const NO_ACTS = /^\/(?:ops\/(?:access|audit|validate$)|rules\/(?:check|backtest|:id\/backtest)(?:\/|$))/;
const OF_BROKER = /^\/(?:ngsi-ld|ops|mcp|territory)(?:\/|$)/;
const ACTS: ReadonlySet<unknown> = new Set(['write', 'known', 'administer', 'administerAll']);
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Records every administrative act and command. Routes with `audited` may write an entry with more details themselves;
 * if they wrote none, for example because the request was refused, it gets one here. So that a kill loses no entry, what
 * changes something is written down before its handler. Call it before routes are added.
 */
export function auditAdministration(app: FastifyInstance, audit: AuditStore, intents: AuditIntents): void {
  app.decorateRequest('auditIntent', undefined);
  app.addHook('onRoute', (route) => {
    const { url, config } = route;
    if ([route.method].flat().every((method) => SAFE.has(method))) return;
    const isAdministration = ADMINISTRATION.test(url) && !NO_ACTS.test(url) && config?.access !== 'nothing';
    const isRecordedHere = isAdministration || config?.audited !== undefined;
    if (!isRecordedHere && !isRecordedByService(url, config?.access)) return;
    route.preHandler = [...[route.preHandler ?? []].flat(), writeDown];
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
        if (isRecordedHere && !hasEntry() && !isAttemptOfStranger(request, reply)) {
          await audit.append(actOf(request, reply));
        }
        await request.auditIntent?.();
        return payload;
      },
    ];
  });

  async function writeDown(request: FastifyRequest): Promise<void> {
    request.auditIntent = await intents.begin(begunActOf(request));
  }
}

/** Routes of services whose acts are audited by the service itself, after its own transaction. */
function isRecordedByService(url: string, access: unknown): boolean {
  return ACTS.has(access) && !OF_BROKER.test(url) && !NO_ACTS.test(url);
}

/** Failed attempts of strangers are counted in the metrics; here they could fill the audit. */
function isAttemptOfStranger({ access }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  return statusCode === 401 || (statusCode >= 400 && (access?.principal ?? ANONYMOUS).kind === 'anonymous');
}

function actOf(request: FastifyRequest, { statusCode }: FastifyReply): Act {
  const outcome = statusCode < 400 ? 'done' : statusCode === 403 ? 'refused' : 'failed';
  return { ...begunActOf(request), outcome, details: { status: statusCode } };
}

function begunActOf({ tenant, method, url, access }: FastifyRequest): BegunAct {
  return {
    actor: actorOf(access?.principal ?? ANONYMOUS),
    action: method,
    object: url.split('?', 1)[0] ?? '',
    tenant,
    details: {},
  };
}
