/*
 * The data of a snapshot (4.3.7) are kept like those of a tenant, under a name that no tenant can have: whatever keeps
 * tenants apart keeps snapshots apart, from each other and from what is live.
 */

/** Between tenant and snapshot: no tenant has it in its name (6.3.14). */
const MARK = '@';

/**
 * The name of a space for the data of a snapshot.
 *
 * @param serial drawn anew for each, so that a later snapshot of the same id has nothing of an earlier one
 */
export function spaceName(tenant: string, id: string, serial: string): string {
  return `${tenant}${MARK}${serial} ${id}`;
}

/** Whether the name is that of a space rather than a tenant. */
export function isSpace(name: string): boolean {
  return name.includes(MARK);
}

/** The tenant whose snapshot is kept there; of a tenant itself its name. */
export function tenantOfSpace(name: string): string {
  const end = name.indexOf(MARK);
  return end < 0 ? name : name.slice(0, end);
}

/** The id of the snapshot that is kept there; undefined: it is a tenant. */
export function snapshotOfSpace(name: string): string | undefined {
  return isSpace(name) ? name.slice(name.indexOf(' ') + 1) : undefined;
}
