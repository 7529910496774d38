import type { Queryable } from '@alzette/kit/database';
import type { Group, Organisation, Role } from '../contract/catalogue.ts';

/** The built-in role with all rights. */
export const ADMINISTRATOR = 'administrator';

const SELECT_ORGANISATIONS = 'SELECT id, name, kind, parent FROM identity.organisation ORDER BY id';
const UPSERT_ORGANISATION = `
  INSERT INTO identity.organisation (id, name, kind, parent) VALUES ($1, $2, $3, $4::text)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, parent = excluded.parent`;
const KEEP_ORGANISATION = `
  INSERT INTO identity.organisation (id, name, kind, parent) VALUES ($1, $2, $3, $4::text) ON CONFLICT (id) DO NOTHING`;
const DELETE_ORGANISATION = 'DELETE FROM identity.organisation WHERE id = $1';
const SELECT_GROUPS = 'SELECT id, name, roles FROM identity.user_group ORDER BY id';
const UPSERT_GROUP = `
  INSERT INTO identity.user_group (id, name, roles) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, roles = excluded.roles`;
const DELETE_GROUP = `
  WITH left_behind AS (UPDATE identity.account SET groups = array_remove(groups, $1) WHERE $1 = ANY (groups))
  DELETE FROM identity.user_group WHERE id = $1`;
const SELECT_ROLES = 'SELECT id, description FROM identity.role ORDER BY id';
const UPSERT_ROLE = `
  INSERT INTO identity.role (id, description) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET description = excluded.description`;
const KEEP_ROLE = 'INSERT INTO identity.role (id, description) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING';
const DELETE_ROLE = `
  WITH of_accounts AS (UPDATE identity.account SET roles = array_remove(roles, $1) WHERE $1 = ANY (roles)),
    of_groups AS (UPDATE identity.user_group SET roles = array_remove(roles, $1) WHERE $1 = ANY (roles)),
    of_clients AS (UPDATE identity.client SET roles = array_remove(roles, $1) WHERE $1 = ANY (roles))
  DELETE FROM identity.role WHERE id = $1`;
const WITH_ROLE = `
  SELECT id FROM identity.account WHERE $1 = ANY (roles) OR groups && ARRAY(SELECT id FROM identity.user_group WHERE $1 = ANY (roles))
  UNION ALL SELECT id FROM identity.client WHERE $1 = ANY (roles)`;
const IN_GROUP = 'SELECT id FROM identity.account WHERE $1 = ANY (groups)';

export async function listOrganisations(db: Queryable): Promise<Organisation[]> {
  const { rows } = await db.query<Organisation & { parent: string | null }>({ text: SELECT_ORGANISATIONS });
  return rows.map(({ parent, ...row }) => (parent === null ? row : { ...row, parent }));
}

export async function saveOrganisation(db: Queryable, { id, name, kind, parent }: Organisation): Promise<void> {
  await db.query({ text: UPSERT_ORGANISATION, values: [id, name, kind, parent ?? null] });
}

export async function deleteOrganisation(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE_ORGANISATION, values: [id] })).rowCount === 1;
}

export async function listGroups(db: Queryable): Promise<Group[]> {
  return (await db.query<Group>({ text: SELECT_GROUPS })).rows;
}

export async function saveGroup(db: Queryable, { id, name, roles }: Group): Promise<void> {
  await db.query({ text: UPSERT_GROUP, values: [id, name, roles] });
}

export async function deleteGroup(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE_GROUP, values: [id] })).rowCount === 1;
}

export async function listRoles(db: Queryable): Promise<Role[]> {
  return (await db.query<Role>({ text: SELECT_ROLES })).rows;
}

export async function saveRole(db: Queryable, { id, description }: Role): Promise<void> {
  await db.query({ text: UPSERT_ROLE, values: [id, description] });
}

/** Also removes it from all accounts and clients. */
export async function deleteRole(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE_ROLE, values: [id] })).rowCount === 1;
}

/** Accounts and clients with this role, whose tokens contain it. */
export async function holdersOfRole(db: Queryable, role: string): Promise<string[]> {
  return (await db.query<{ id: string }>({ text: WITH_ROLE, values: [role] })).rows.map(({ id }) => id);
}

export async function membersOfGroup(db: Queryable, group: string): Promise<string[]> {
  return (await db.query<{ id: string }>({ text: IN_GROUP, values: [group] })).rows.map(({ id }) => id);
}

/** Creates the initial entries; existing ones are not changed. */
export async function keepCatalogue(
  db: Queryable,
  { roles, organisations }: { roles: readonly Role[]; organisations: readonly Organisation[] },
): Promise<void> {
  for (const { id, description } of roles) await db.query({ text: KEEP_ROLE, values: [id, description] });
  for (const { id, name, kind, parent } of organisations) {
    await db.query({ text: KEEP_ORGANISATION, values: [id, name, kind, parent ?? null] });
  }
}
