import { randomBytes } from 'node:crypto';
import { type Broker, entityPath } from './rig/broker.ts';

export interface TenantChoice {
  /** Absent: the default tenant. */
  readonly tenant?: string;
  readonly reason: string;
}

/** The given tenant, else a new one if the broker separates tenants, else the default one. */
export async function chooseTenant(broker: Broker, wanted: string | undefined): Promise<TenantChoice> {
  if (wanted === '') return { reason: 'as asked' };
  if (wanted !== undefined) return { tenant: wanted, reason: 'as asked' };
  const tenant = `conformance_${randomBytes(5).toString('hex')}`;
  const id = broker.id('Probe');
  const created = await broker.post('/entities', { id, type: 'Probe' }, { tenant });
  const elsewhere = await broker.get(entityPath(id), { tenant: '' });
  const inside = await broker.get(entityPath(id), { tenant });
  await broker.cleanUp();
  return created.status === 201 && inside.status === 200 && elsewhere.status === 404
    ? { tenant, reason: 'a fresh one' }
    : { reason: 'the broker keeps no tenants apart' };
}
