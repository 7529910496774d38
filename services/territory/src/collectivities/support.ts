import { randomUUID } from 'node:crypto';
import { forKnown } from '@alzette/kit/objects';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { SupportContract, SupportRequest } from '../contract/support.ts';
import type { Collectivities } from './collectivities.ts';

const COLUMNS = 'id, subject, name, reason, may, hours, asked_at, decided_at, until';
const LIST = `SELECT ${COLUMNS} FROM territory.support WHERE tenant = $1 ORDER BY asked_at DESC LIMIT 100`;
const ONE = `SELECT ${COLUMNS} FROM territory.support WHERE tenant = $1 AND id = $2`;
const ACTIVE = `SELECT ${COLUMNS} FROM territory.support WHERE tenant = $1 AND until > now() ORDER BY until`;
const ASK = `
  INSERT INTO territory.support (tenant, id, subject, name, reason, may, hours) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant, subject) WHERE decided_at IS NULL DO NOTHING RETURNING ${COLUMNS}`;
const DECIDE = `
  UPDATE territory.support SET decided_at = now(), until = CASE WHEN $3 THEN now() + make_interval(hours => hours) END
  WHERE tenant = $1 AND id = $2 AND decided_at IS NULL RETURNING ${COLUMNS}`;
const END = `UPDATE territory.support SET until = now() WHERE tenant = $1 AND id = $2 AND until > now() RETURNING ${COLUMNS}`;

interface Row {
  readonly id: string;
  readonly subject: string;
  readonly name: string;
  readonly reason: string;
  readonly may: 'read' | 'write';
  readonly hours: number;
  readonly asked_at: Date;
  readonly decided_at: Date | null;
  readonly until: Date | null;
}

/** Rights of one person in one tenant until a time. */
export interface TimedAccess {
  readonly subject: string;
  readonly tenant: string;
  readonly may: readonly ('read' | 'write')[];
  readonly until: Date;
}

/** Gives such rights, or takes them: undefined. A time that has come takes them by itself. */
export type GiveAccess = (id: string, access: TimedAccess | undefined) => Promise<void>;

type Parts = Pick<ServiceContext, 'db' | 'callerOf'> & {
  readonly collectivities: Collectivities;
  readonly give: GiveAccess;
};

const ID = /^[0-9a-f-]{36}$/;

/** What a collectivity and who helps it do about support access. */
export function supportHandlers({ db, callerOf, collectivities, give }: Parts): Handlers<SupportContract> {
  const query = async (text: string, tenant: string, ...values: readonly unknown[]) =>
    (await db.query<Row>({ text, values: [tenant, ...values] })).rows;
  const present = async (tenant: string, id: string) => {
    const [row] = ID.test(id) ? await query(ONE, tenant, id) : [];
    if (row === undefined) throw missing('request for support access', id);
    return row;
  };
  return {
    list: async ({ tenant }) => ({ requests: (await query(LIST, tenant)).map(shown) }),
    ask: {
      objects: forKnown('support access'),
      async handle(request) {
        const { tenant, body } = request;
        const { kind, subject } = callerOf(request);
        if (collectivities.own(tenant) === undefined) throw missing('collectivity', tenant);
        if (kind !== 'token') throw denied(`Support access is for persons: got ${kind}, expected a signed-in person`);
        const [row] = await query(ASK, tenant, randomUUID(), subject, body.name, body.reason, body.may, body.hours);
        if (row === undefined) throw conflict('You have asked already, and nobody has decided', 'decided');
        return shown(row);
      },
    },
    active: {
      objects: forKnown('support access'),
      async handle(request) {
        const { mayRead, administers } = callerOf(request);
        if (!(mayRead || administers)) return { active: [] };
        const rows = await query(ACTIVE, request.tenant);
        return { active: rows.map(({ name, may, until }) => ({ name, may, until: (until as Date).toISOString() })) };
      },
    },
    async decide({ tenant, params, body }) {
      const before = await present(tenant, params.id);
      const [row] = await query(DECIDE, tenant, before.id, body.granted);
      if (row === undefined) throw refused('id', params.id, 'a request that is not decided', 409);
      if (row.until !== null) {
        const may = row.may === 'write' ? (['read', 'write'] as const) : (['read'] as const);
        await give(row.id, { subject: row.subject, tenant, may, until: row.until });
      }
      return shown(row);
    },
    async end({ tenant, params }) {
      const before = await present(tenant, params.id);
      const [row = before] = await query(END, tenant, before.id);
      await give(row.id, undefined);
      return shown(row);
    },
  };
}

function shown({ id, name, reason, may, hours, asked_at, decided_at, until }: Row): SupportRequest {
  const isActive = until !== null && until.getTime() > Date.now();
  const decided = until === null ? 'refused' : isActive ? 'active' : 'ended';
  return {
    id,
    name,
    reason,
    may,
    hours,
    state: decided_at === null ? 'asked' : decided,
    askedAt: asked_at.toISOString(),
    ...(until && { until: until.toISOString() }),
  };
}
