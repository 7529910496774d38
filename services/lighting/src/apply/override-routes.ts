import { randomUUID } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Job } from '@alzette/kit/jobs';
import { conflict, denied, missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readList, readNumber, readObject, readText, readWhole } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { listActs, withActs } from './acts.ts';
import { lampCommands } from './lamp-commands.ts';
import {
  decideOverride,
  findOverride,
  insertOverride,
  keepApproval,
  listOverrides,
  markSent,
  type NewOverride,
  type Override,
  type Pace,
  readApproval,
} from './override-rows.ts';
import { endOverride, type OverrideJob } from './send-override.ts';

const OVERRIDE_COMMAND = 'dim';
const MAX_LAMPS = 2000;
const LONGEST_MS = 24 * 3_600_000;
const LONGEST_PACE_S = 3600;

/** The jobs that send to the next group of lamps, and that end an override in time. */
export interface OverrideJobs {
  readonly send: Job<OverrideJob>;
  readonly end: Job<OverrideJob>;
}

type WithId = FastifyRequest<{ Params: { id: string } }>;

/**
 * `/overrides`: a manual level for an evening; when it ends, lamps return to their programme. If the policy requires
 * it, a second person approves. With a pace, commands are sent group by group.
 */
export function overrideRoutes(scope: FastifyInstance, parts: LightingParts, jobs: OverrideJobs): void {
  const found = async ({ tenant, params: { id } }: WithId): Promise<Override> => {
    const override = await findOverride(parts.db, tenant, id);
    if (override === undefined) throw missing('override', id);
    return override;
  };
  makeRoute(scope, parts, jobs);
  readRoutes(scope, parts, found);
  decisionRoutes(scope, parts, jobs, found);
  policyRoutes(scope, parts);
}

function makeRoute(scope: FastifyInstance, parts: LightingParts, { send, end }: OverrideJobs): void {
  const { db, context } = parts;
  scope.post(
    '/overrides',
    operation({ access: 'write', summary: 'Overrides the level of lamps until a given time' }),
    async (request, reply) => {
      const { tenant } = request;
      const given = readOverride(request.body);
      const approvalFrom = await readApproval(db, tenant);
      const isWaiting = approvalFrom !== null && given.lamps.length >= approvalFrom;
      const isLater = isWaiting || given.pace !== null;
      const commands = lampCommands({ client: parts.clientOf(request), context, tenant });
      // Later groups are sent with the product's own rights, so the author's rights on all lamps are checked now.
      const unmarked = isLater ? await commands.mark(given.lamps, given.command, 'PENDING') : new Map<string, string>();
      const lamps = given.lamps.filter((lamp) => !unmarked.has(lamp));
      if (lamps.length === 0) throw new InvalidInput('lamps', given.lamps, 'lamps that you have the right to write');
      const id = randomUUID();
      const author = actor(parts.callerOf(request));
      const override: NewOverride = { ...given, lamps, id, author, state: isWaiting ? 'waiting' : 'active' };
      const { level, until, reason, pace, state } = override;
      await withActs(parts, tenant, async (tx, record) => {
        await insertOverride(tx, tenant, override);
        const details = { level, until, lamps: lamps.length, ...(pace && { pace }) };
        await record(id, { actor: author, action: isWaiting ? 'ask' : 'override', details, reason });
        // Scheduled before commands are sent, so that the override ends in any case.
        await end.enqueue({ tenant, override: id }, { after: until, key: id, tx });
        if (isLater && !isWaiting) await send.enqueue({ tenant, override: id }, { tx });
      });
      const refused = isLater ? unmarked : await commands.send(lamps, given.command, level);
      if (!isLater) await markSent(db, tenant, id, lamps.length);
      return reply
        .code(201)
        .send({ id, state, level, until, reason, lamps: lamps.length, refused: Object.fromEntries(refused) });
    },
  );
}

function readRoutes(
  scope: FastifyInstance,
  { db }: LightingParts,
  found: (request: WithId) => Promise<Override>,
): void {
  scope.get(
    '/overrides',
    operation({ access: 'read', summary: 'The overrides, newest first' }),
    async ({ tenant }) => ({ overrides: await listOverrides(db, tenant) }),
  );

  scope.get<{ Params: { id: string } }>(
    '/overrides/:id',
    operation({
      access: 'read',
      summary: 'One override with its progress and the journal of acts',
    }),
    async (request) => ({ ...(await found(request)), acts: await listActs(db, request.tenant, request.params.id) }),
  );
}

function decisionRoutes(
  scope: FastifyInstance,
  parts: LightingParts,
  { send, end }: OverrideJobs,
  found: (request: WithId) => Promise<Override>,
): void {
  const decide = (action: 'approve' | 'reject', summary: string) =>
    scope.post<{ Params: { id: string } }>(
      `/overrides/:id/${action}`,
      operation({ access: 'write', summary }),
      async (request) => {
        const { tenant } = request;
        const { id, author, until } = await found(request);
        const by = actor(parts.callerOf(request));
        // Four eyes: where access is open, callers are anonymous and can't be distinguished.
        if (action === 'approve' && by === author && by !== 'open')
          throw denied('an override must be approved by somebody else than its author');
        if (action === 'approve' && until.getTime() <= Date.now()) throw conflict('it has already ended');
        await withActs(parts, tenant, async (tx, record) => {
          if (!(await decideOverride(tx, tenant, id, action === 'approve' ? 'active' : 'rejected', by)))
            throw conflict('it does not wait for approval');
          await record(id, { actor: by, action });
          if (action === 'approve') await send.enqueue({ tenant, override: id }, { tx });
        });
        if (action === 'reject') await reject(request.tenant, await found(request));
        return found(request);
      },
    );
  decide('approve', 'Approves an override that somebody else requested');
  decide('reject', 'Rejects an override that waits for approval');

  async function reject(tenant: string, { id, lamps, command }: Override): Promise<void> {
    await end.cancel(id);
    await lampCommands({ client: parts.client, context: parts.context, tenant }).mark(lamps, command, 'EXPIRED');
  }

  scope.delete<{ Params: { id: string } }>(
    '/overrides/:id',
    operation({ access: 'write', summary: 'Ends an override early' }),
    async (request, reply) => {
      const { id } = await found(request);
      await endOverride(parts, { tenant: request.tenant, override: id }, actor(parts.callerOf(request)));
      await end.cancel(id);
      return reply.code(204).send();
    },
  );
}

function policyRoutes(scope: FastifyInstance, { db }: LightingParts): void {
  scope.get(
    '/override-policy',
    operation({ access: 'read', summary: 'The number of lamps from which an override needs approval' }),
    async ({ tenant }) => ({ approvalFrom: await readApproval(db, tenant) }),
  );

  scope.put(
    '/override-policy',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Sets the number of lamps from which an override needs approval',
    }),
    async ({ tenant, body }) => {
      const { approvalFrom } = readObject(body, 'body', ['approvalFrom']);
      const from = approvalFrom === null ? null : readWhole(approvalFrom, 'approvalFrom', { min: 1, max: MAX_LAMPS });
      await keepApproval(db, tenant, from);
      return { approvalFrom: from };
    },
  );
}

function readOverride(body: unknown): Pick<NewOverride, 'lamps' | 'level' | 'until' | 'reason' | 'command' | 'pace'> {
  const given = readObject(body, 'body', ['lamps', 'level', 'until', 'reason', 'command', 'pace']);
  return {
    lamps: readList(given.lamps, 'lamps', { min: 1, max: MAX_LAMPS }, (lamp, at) => readText(lamp, at, 500)),
    level: readNumber(given.level, 'level', { min: 0, max: 1 }),
    until: readEnd(given.until),
    reason: readText(given.reason, 'reason', 500),
    command: optional(given.command, OVERRIDE_COMMAND, (name) => readText(name, 'command', 64)),
    pace: given.pace === undefined || given.pace === null ? null : readPace(given.pace),
  };
}

function readPace(value: unknown): Pace {
  const { lamps, everyS } = readObject(value, 'pace', ['lamps', 'everyS']);
  return {
    lamps: readWhole(lamps, 'pace.lamps', { min: 1, max: MAX_LAMPS }),
    everyS: readWhole(everyS, 'pace.everyS', { min: 1, max: LONGEST_PACE_S }),
  };
}

function readEnd(value: unknown): Date {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  const now = Date.now();
  if (!(at > now && at <= now + LONGEST_MS)) {
    throw new InvalidInput('until', value, 'a time within the next 24 hours, ISO 8601');
  }
  return new Date(at);
}
