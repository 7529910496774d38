/*
 * The data of a snapshot (4.3.7) are stored like those of a tenant, in an internal tenant (a "space") whose name no
 * tenant can have. So everything that isolates tenants also isolates snapshots, from each other and from current data.
 */

/** The separator between tenant and snapshot, which is not valid in tenant names (6.3.14). */
const MARK = '@';

/**
 * The name of the space for a snapshot's data.
 *
 * @param serial random, so that a later snapshot with the same id shares nothing with an earlier one
 */
export function spaceName(tenant: string, id: string, serial: string): string {
  return `${tenant}${MARK}${serial} ${id}`;
}

/** Whether the name is that of a space, not of a tenant. */
export function isSpace(name: string): boolean {
  return name.includes(MARK);
}

/** The tenant to which a space belongs; for a tenant its own name. */
export function tenantOfSpace(name: string): string {
  const end = name.indexOf(MARK);
  return end < 0 ? name : name.slice(0, end);
}

/** The id of the snapshot in a space; undefined: it is a tenant. */
export function snapshotOfSpace(name: string): string | undefined {
  return isSpace(name) ? name.slice(name.indexOf(' ') + 1) : undefined;
}
