import { randomUUID } from 'node:crypto';

/** A tenant no other test uses: tests share a database and run side by side. */
export function freshTenant(): string {
  return `t_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}
