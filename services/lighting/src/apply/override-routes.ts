import { randomUUID } from 'node:crypto';
import { actor, type Caller, sender } from '@alzette/kit/access';
import type { Job } from '@alzette/kit/jobs';
import { documents, judged, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { conflict, denied } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readList, readNumber, readObject, readText, readWhole } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { LEVELS, ofLighting } from '../rights/lighting-kind.ts';
import { listActs, withActs } from './acts.ts';
import { checkCommands, countLamps } from './command-limit.ts';
import { readCommand } from './command-name.ts';
import { lampCommands } from './lamp-commands.ts';
import { overrideKind } from './override-kind.ts';
import {
  type Asker,
  askerOfOverride,
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
import { checkHasPerson, checkSecondPerson } from './second-person.ts';
import { endOverride, type GroupJob, type OverrideJob } from './send-override.ts';

const OVERRIDE_COMMAND = 'dim';
const MAX_LAMPS = 2000;
const LONGEST_MS = 24 * 3_600_000;
const LONGEST_PACE_S = 3600;
const NO_RIGHT = 'there is no such lamp, or you lack the right to command it';
/** The audit is never deleted, so it does not contain what people wrote. */
const WRITTEN_TEXTS = ['reason'];

/** The jobs that send to the next group of lamps, and that end an override in time. */
export interface OverrideJobs {
  readonly send: Job<GroupJob>;
  readonly end: Job<OverrideJob>;
}

/**
 * `/overrides`: a manual level for an evening; when it ends, lamps return to their programme. If the policy requires
 * it, a second person approves. With a pace, commands are sent group by group.
 */
export function overrideRoutes(scope: FastifyInstance, parts: LightingParts, jobs: OverrideJobs): void {
  parts.commands.guard((asked) => checkCommands(parts, asked));
  makeRoute(scope, parts, jobs);
  readRoutes(scope, parts);
  decisionRoutes(scope, parts, jobs);
  policyRoutes(scope, parts);
}

/** An override that a request would make of the lamps that its sender may command, and the others. */
type AskedOverride = Omit<NewOverride, 'state'> & {
  readonly sent: 0;
  readonly begun: 0;
  readonly state: 'active';
  readonly refused: string[];
};

function makeRoute(scope: FastifyInstance, parts: LightingParts, jobs: OverrideJobs): void {
  const kind = overrideKind(parts);
  const asked = async (request: FastifyRequest): Promise<AskedOverride[]> => {
    const given = await readOverride(parts, request.body);
    const refused = await judgeOf(request).refused('write', given.lamps, [given.command]);
    const lamps = given.lamps.filter((lamp) => !refused.has(lamp));
    if (lamps.length === 0) throw denied(`Lacking: the right to write "${given.command}" of any of these lamps`);
    const author = actor(parts.callerOf(request));
    return [{ ...given, lamps, id: randomUUID(), author, sent: 0, begun: 0, state: 'active', refused: [...refused] }];
  };
  scope.post(
    '/overrides',
    operation({
      access: 'write',
      objects: documents(kind, asked),
      audited: { values: 'body', hidden: WRITTEN_TEXTS },
      summary: 'Overrides the level of lamps until a given time',
    }),
    async (request, reply) => {
      const { refused, sent: _, begun: _begun, ...given } = judged(request, kind) as AskedOverride; // from `asked`
      const caller = parts.callerOf(request);
      const isWaiting = await needsApproval(parts, caller, given.lamps);
      if (isWaiting) checkHasPerson(caller);
      const asker = { grant: parts.authorOf(request), person: caller.person ?? null };
      const override: NewOverride = { ...given, state: isWaiting ? 'waiting' : 'active' };
      const failed = await makeOverride(parts, jobs, { tenant: request.tenant, override, asker });
      const { id, state, level, until, reason, lamps } = override;
      const reasons = Object.fromEntries([...refused.map((lamp) => [lamp, NO_RIGHT]), ...failed]);
      return reply.code(201).send({ id, state, level, until, reason, lamps: lamps.length, refused: reasons });
    },
  );
}

/** Whether a second person must approve, by the lamps that the caller commands now and has in the last minutes. */
async function needsApproval({ db }: LightingParts, caller: Caller, lamps: readonly string[]): Promise<boolean> {
  if (caller.kind !== 'open') return !(await countLamps(db, caller.tenant, { sender: sender(caller), lamps }));
  // Callers can't be distinguished, so nothing is summed.
  const approvalFrom = await readApproval(db, caller.tenant);
  return approvalFrom !== null && lamps.length >= approvalFrom;
}

/** Stores an override, and sends its commands unless it waits. Resolves to lamps whose command failed, with the reason. */
async function makeOverride(
  { db, audit, client, clientAs, context }: LightingParts,
  { send, end }: OverrideJobs,
  given: { readonly tenant: string; readonly override: NewOverride; readonly asker: Asker },
): Promise<ReadonlyMap<string, string>> {
  const { tenant, override, asker } = given;
  const { id, lamps, level, until, reason, pace, state, author, command } = override;
  const isWaiting = state === 'waiting';
  const isLater = isWaiting || pace !== null;
  const commands = lampCommands({
    client,
    author: clientAs(asker.grant, { isAdmitted: true }),
    context,
    tenant,
  });
  if (isLater) await commands.mark(lamps, command, 'PENDING');
  await withActs({ db, audit }, tenant, async (tx, record) => {
    // Without groups they are sent to at once.
    await insertOverride(tx, tenant, override, asker, isLater ? 0 : lamps.length);
    const details = { level, until, lamps: lamps.length, ...(pace && { pace }) };
    await record(id, { actor: author, action: isWaiting ? 'ask' : 'override', details, reason });
    // Scheduled before commands are sent, so that the override ends in any case.
    await end.enqueue({ tenant, override: id }, { after: until, key: id, tx });
    if (isLater && !isWaiting) await send.enqueue({ tenant, override: id, sent: 0 }, { tx });
  });
  if (isLater) return new Map();
  const failed = await commands.send(lamps, command, level);
  await markSent(db, tenant, id, lamps.length);
  return failed;
}

function readRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  const kind = overrideKind(parts);
  scope.get(
    '/overrides',
    operation({ access: 'read', objects: listed(kind), summary: 'The overrides, newest first' }),
    async (request) => ({ overrides: await readable(request, kind, await listOverrides(db, request.tenant)) }),
  );

  scope.get<{ Params: { id: string } }>(
    '/overrides/:id',
    operation({
      access: 'read',
      objects: named(kind),
      summary: 'One override with its progress and the journal of acts',
    }),
    async (request) => ({ ...judged(request, kind), acts: await listActs(db, request.tenant, request.params.id) }),
  );
}

function decisionRoutes(scope: FastifyInstance, parts: LightingParts, { send, end }: OverrideJobs): void {
  const { db } = parts;
  const kind = overrideKind(parts);
  const decide = (action: 'approve' | 'reject', summary: string) =>
    scope.post(
      `/overrides/:id/${action}`,
      operation({
        access: 'write',
        objects: named(kind),
        audited: { values: 'body', hidden: WRITTEN_TEXTS },
        ...(action === 'approve' && { recentSignIn: true }),
        summary,
      }),
      async (request) => {
        const { tenant } = request;
        const override = judged(request, kind);
        const { id } = override;
        const caller = parts.callerOf(request);
        if (action === 'approve') {
          checkSecondPerson((await askerOfOverride(db, tenant, id)).person, caller);
          if (override.until.getTime() <= Date.now()) throw conflict('it has already ended');
        }
        await withActs(parts, tenant, async (tx, record) => {
          const by = actor(caller);
          if (!(await decideOverride(tx, tenant, id, action === 'approve' ? 'active' : 'rejected', by)))
            throw conflict('it does not wait for approval');
          await record(id, { actor: by, action });
          if (action === 'approve') await send.enqueue({ tenant, override: id, sent: 0 }, { tx });
        });
        if (action === 'reject') await reject(tenant, override);
        return findOverride(db, tenant, id);
      },
    );
  decide('approve', 'Approves an override that another person requested');
  decide('reject', 'Rejects an override that waits for approval');

  async function reject(tenant: string, { id, lamps, command }: Override): Promise<void> {
    await end.cancel(id);
    await lampCommands({ client: parts.client, context: parts.context, tenant }).mark(lamps, command, 'EXPIRED');
  }

  scope.delete(
    '/overrides/:id',
    operation({
      access: 'write',
      objects: named(kind),
      audited: { values: 'above', hidden: WRITTEN_TEXTS },
      summary: 'Ends an override early',
    }),
    async (request, reply) => {
      const { id } = judged(request, kind);
      await endOverride(parts, { tenant: request.tenant, override: id }, actor(parts.callerOf(request)));
      await end.cancel(id);
      return reply.code(204).send();
    },
  );
}

function policyRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  scope.get(
    '/override-policy',
    operation({
      access: 'read',
      objects: ofLighting(parts, LEVELS),
      summary: 'The number of lamps from which commands need approval',
    }),
    async ({ tenant }) => ({ approvalFrom: await readApproval(db, tenant) }),
  );

  scope.put(
    '/override-policy',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Sets the number of lamps from which commands need approval',
    }),
    async ({ tenant, body }) => {
      const { approvalFrom } = readObject(body, 'body', ['approvalFrom']);
      const from = approvalFrom === null ? null : readWhole(approvalFrom, 'approvalFrom', { min: 1, max: MAX_LAMPS });
      await keepApproval(db, tenant, from);
      return { approvalFrom: from };
    },
  );
}

async function readOverride(
  parts: LightingParts,
  body: unknown,
): Promise<Pick<NewOverride, 'lamps' | 'level' | 'until' | 'reason' | 'command' | 'pace'>> {
  const given = readObject(body, 'body', ['lamps', 'level', 'until', 'reason', 'command', 'pace']);
  return {
    lamps: [
      ...new Set(readList(given.lamps, 'lamps', { min: 1, max: MAX_LAMPS }, (lamp, at) => readText(lamp, at, 500))),
    ],
    level: readNumber(given.level, 'level', { min: 0, max: 1 }),
    until: readEnd(given.until),
    reason: readText(given.reason, 'reason', 500),
    command: await readCommand(parts, given.command, OVERRIDE_COMMAND),
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
