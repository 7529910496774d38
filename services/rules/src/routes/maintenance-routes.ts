import { randomUUID } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import { listed, type ObjectKind, readable } from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { Maintenance } from '../alarm-register/alarm-port.ts';
import type { Announced, MaintenanceContract } from '../contract/contract.ts';
import { RULES_CHANGED } from '../store/rule-rows.ts';
import { isReadable } from './rule-kind.ts';

const INSERT = `
  INSERT INTO rules.maintenance (tenant, id, maintenance, reason, author, begins, ends) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const SELECT = `
  SELECT id, maintenance, reason, author, begins, ends FROM rules.maintenance
  WHERE tenant = $1 AND ends > now() ORDER BY begins, id`;
const DELETE = `DELETE FROM rules.maintenance WHERE tenant = $1 AND id = $2`;
const TELL = `SELECT send_message('${RULES_CHANGED}', '')`;

/** `/rules/maintenance`: periods in which alarms are expected and nobody is notified. */
export function maintenanceHandlers({ db, callerOf }: ServiceContext): Handlers<MaintenanceContract> {
  return {
    list: {
      objects: listed(maintenances),
      handle: async (request) => ({
        maintenance: await readable(request, maintenances, await upcoming(db, request.tenant)),
      }),
    },
    async announce(request) {
      const caller = callerOf(request);
      const { reason, from, to, ...of } = request.body;
      if (Date.parse(to) <= Date.parse(from)) throw refused('to', to, `a time after ${from}`);
      if (Object.keys(of).length === 0) throw refused('entities', undefined, 'entities, types or a scope');
      const maintenance: Maintenance = { ...of, id: randomUUID(), from: Date.parse(from), to: Date.parse(to) };
      const values = [caller.tenant, maintenance.id, JSON.stringify(maintenance), reason, actor(caller), from, to];
      await db.query({ text: INSERT, values });
      await db.query({ text: TELL });
      return { id: maintenance.id };
    },
    async end({ tenant, params: { id } }) {
      const { rowCount } = await db.query({ text: DELETE, values: [tenant, id] });
      if (rowCount === 0) throw missing('maintenance', id);
      await db.query({ text: TELL });
    },
  };
}

/** Maintenance is for who may read all that it is about, and administrators. */
const maintenances: ObjectKind<Announced> = {
  name: 'maintenance',
  find: () => undefined, // only listed
  async may(action, { entities, types, scope }, judge) {
    if (judge.caller.administers) return true;
    if (action === 'write' || judge.caller.kind === 'anonymous') return false;
    if (entities !== undefined && (await judge.refused('read', entities)).size > 0) return false;
    if (types === undefined && scope === undefined) return true;
    return isReadable({ types, scopes: scope === undefined ? undefined : [scope] }, judge);
  },
};

async function upcoming(db: Queryable, tenant: string): Promise<Announced[]> {
  interface Row {
    readonly id: string;
    readonly maintenance: string;
    readonly reason: string;
    readonly author: string;
    readonly begins: Date;
    readonly ends: Date;
  }
  const { rows } = await db.query<Row>({ text: SELECT, values: [tenant] });
  return rows.map(({ maintenance, begins, ends, ...row }) => {
    const { from: _from, to: _to, ...of } = JSON.parse(maintenance) as Maintenance;
    return { ...of, ...row, from: begins.toISOString(), to: ends.toISOString() };
  });
}
