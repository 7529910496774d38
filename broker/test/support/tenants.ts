import { randomUUID } from 'node:crypto';

/** A new tenant for one test, because tests share a database and run concurrently. */
export function freshTenant(): string {
  return `t_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}
