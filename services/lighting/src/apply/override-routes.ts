import { randomUUID } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Job } from '@alzette/kit/jobs';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readList, readNumber, readObject, readText } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { listActs, SERVICE, withActs } from './acts.ts';
import { lampCommands } from './lamp-commands.ts';

const INSERT = `
  INSERT INTO lighting.override (tenant, id, lamps, level, until, reason, command, author)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const COLUMNS = `id, lamps, level, until, reason, command, state, author, created_at AS "createdAt"`;
const LIST = `SELECT ${COLUMNS} FROM lighting.override WHERE tenant = $1 ORDER BY created_at DESC LIMIT 100`;
const FIND = `SELECT ${COLUMNS} FROM lighting.override WHERE tenant = $1 AND id::text = $2`;
const END = `UPDATE lighting.override SET state = 'ended' WHERE tenant = $1 AND id = $2 AND state = 'active' RETURNING lamps, command`;

export interface OverrideJob {
  readonly tenant: string;
  readonly override: string;
}

interface Override {
  readonly id: string;
  readonly lamps: string[];
  readonly command: string;
  readonly state: 'active' | 'ended';
}

const OVERRIDE_COMMAND = 'dim';
const MOST_LAMPS = 2000;
const LONGEST_MS = 24 * 3_600_000;

/** `/overrides`: a level by hand for an evening; when it ends lamps go back to their programme. */
export function overrideRoutes(scope: FastifyInstance, parts: LightingParts, end: Job<OverrideJob>): void {
  const { db, context } = parts;

  scope.post(
    '/overrides',
    operation({ access: 'write', summary: 'Set lamps to a level by hand until an hour' }),
    async (request, reply) => {
      const { tenant } = request;
      const given = readObject(request.body, 'body', ['lamps', 'level', 'until', 'reason', 'command']);
      const lamps = readList(given.lamps, 'lamps', { min: 1, max: MOST_LAMPS }, (lamp, at) => readText(lamp, at, 500));
      const level = readNumber(given.level, 'level', { min: 0, max: 1 });
      const until = readEnd(given.until);
      const reason = readText(given.reason, 'reason', 500);
      const command = optional(given.command, OVERRIDE_COMMAND, (name) => readText(name, 'command', 64));
      const id = randomUUID();
      const author = actor(parts.callerOf(request));
      await withActs(parts, tenant, async (tx, record) => {
        await tx.query({
          text: INSERT,
          values: [tenant, id, lamps, level, until.toISOString(), reason, command, author],
        });
        const details = { level, until, lamps: lamps.length };
        await record(id, { actor: author, action: 'override', details, reason });
        // Before lamps are told: whatever happens then, it ends.
        await end.enqueue({ tenant, override: id }, { after: until, key: id, tx });
      });
      const client = parts.clientOf(request);
      const refused = await lampCommands({ client, context, tenant }).send(lamps, command, level);
      return reply
        .code(201)
        .send({ id, level, until, reason, lamps: lamps.length, refused: Object.fromEntries(refused) });
    },
  );

  scope.get(
    '/overrides',
    operation({ access: 'read', summary: 'List the levels that were set by hand, the latest first' }),
    async ({ tenant }) => ({ overrides: (await db.query({ text: LIST, values: [tenant] })).rows }),
  );

  scope.get<{ Params: { id: string } }>(
    '/overrides/:id',
    operation({ access: 'read', summary: 'Retrieve a level that was set by hand, and who did what' }),
    async ({ tenant, params: { id } }) => ({ ...(await found(tenant, id)), acts: await listActs(db, tenant, id) }),
  );

  scope.delete<{ Params: { id: string } }>(
    '/overrides/:id',
    operation({ access: 'write', summary: 'End a level that was set by hand before its hour' }),
    async (request, reply) => {
      const { id } = await found(request.tenant, request.params.id);
      await endOverride(parts, request.tenant, id, actor(parts.callerOf(request)));
      await end.cancel(id);
      return reply.code(204).send();
    },
  );

  async function found(tenant: string, id: string): Promise<Override> {
    const { rows } = await db.query<Override>({ text: FIND, values: [tenant, id] });
    if (rows[0] === undefined) throw missing('override', id);
    return rows[0];
  }
}

/** Lets the lamps go back to their programme; done twice it is done once. */
export async function endOverride(
  parts: LightingParts,
  tenant: string,
  id: string,
  by: string = SERVICE,
): Promise<void> {
  const { client, context } = parts;
  const ended = await withActs(parts, tenant, async (tx, record) => {
    const { rows } = await tx.query<Pick<Override, 'lamps' | 'command'>>({ text: END, values: [tenant, id] });
    if (rows[0]) await record(id, { actor: by, action: 'endOverride' });
    return rows[0];
  });
  if (ended) await lampCommands({ client, context, tenant }).send(ended.lamps, ended.command, 'programme');
}

function readEnd(value: unknown): Date {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  const now = Date.now();
  if (!(at > now && at <= now + LONGEST_MS)) {
    throw new InvalidInput('until', value, 'a time within the next 24 hours, ISO 8601');
  }
  return new Date(at);
}
