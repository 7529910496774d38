import type { Queryable } from '@alzette/kit/database';
import type { Alarm } from '../alarm/alarm.ts';
import { type Escalation, SEVERITIES } from '../contract/contract.ts';
import type { NotifyAction } from '../ports.ts';

const LIST = 'SELECT id, document FROM alarms.escalation WHERE tenant = $1 ORDER BY id';
const SAVE = `
  INSERT INTO alarms.escalation (tenant, id, document) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document`;
const DELETE = 'DELETE FROM alarms.escalation WHERE tenant = $1 AND id = $2';

export async function listEscalations(db: Queryable, tenant: string): Promise<Escalation[]> {
  const { rows } = await db.query<{ id: string; document: string }>({ text: LIST, values: [tenant] });
  return rows.map(({ id, document }) => ({ id, ...(JSON.parse(document) as Omit<Escalation, 'id'>) })); // validated when it was stored
}

export async function saveEscalation(db: Queryable, tenant: string, { id, ...document }: Escalation): Promise<void> {
  await db.query({ text: SAVE, values: [tenant, id, document] });
}

export async function deleteEscalation(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, id] })).rowCount === 1;
}

export function isFor({ enabled = true, severity, categories, scopes }: Escalation, alarm: Alarm): boolean {
  if (!enabled) return false;
  if (severity !== undefined && SEVERITIES.indexOf(alarm.severity) < SEVERITIES.indexOf(severity)) return false;
  if (categories !== undefined && !categories.includes(alarm.category)) return false;
  if (scopes === undefined) return true;
  return (alarm.scope ?? []).some((scope) => scopes.some((wide) => scope === wide || scope.startsWith(`${wide}/`)));
}

/** The recipients of an escalation on an occasion, as actions of rules. */
export function stepsOf({ steps, tellsCleared = false }: Escalation, occasion: 'raise' | 'clear'): NotifyAction[] {
  if (occasion === 'clear' && !tellsCleared) return [];
  return steps
    .filter(({ after }) => occasion === 'raise' || after === undefined)
    .flatMap(({ channels, to, after, unless = 'acknowledged' }) =>
      channels.map((channel) => ({
        on: occasion,
        type: 'notify' as const,
        channel,
        ...(to !== undefined && { to }),
        ...(after !== undefined && { after }),
        ...(occasion === 'raise' && { unless }),
      })),
    );
}
