import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Database, Queryable } from '../database/database.ts';
import { literal, quoted } from './sql-view-names.ts';

/** A database role that may only read the views. */
export interface SqlReader {
  readonly role: string;
  /** '*' is all tenants, '' the default one. */
  readonly tenants: readonly string[];
}

const ROLE = /^[a-z_][a-z0-9_]{0,62}$/;
/** Limits on the connections and time of dashboards, to protect the broker. */
const CONNECTIONS = 10;
const STATEMENT_TIMEOUT = '60s';

const RIGHTS = {
  temporary: 'create temporary tables',
  locks: 'take advisory locks, which can stop the product',
  objects: 'store large objects',
};

const IS_OURS = `
  SELECT rolsuper OR rolcreaterole OR rolcreatedb OR pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'entity'::regclass), 'USAGE')
    AS powerful
  FROM pg_roles WHERE rolname = $1`;
const READERS = 'SELECT role, array_agg(tenant ORDER BY tenant) AS tenants FROM sql_reader GROUP BY role ORDER BY role';
const UNKNOWN_TENANTS = `SELECT t FROM unnest($1::text[]) AS t WHERE t <> '*' AND t NOT IN (SELECT name FROM tenant)`;
const FORGET = 'DELETE FROM sql_reader WHERE role = $1';
const ALLOW = 'INSERT INTO sql_reader (role, tenant) SELECT $1, unnest($2::text[])';
/** Rights that PostgreSQL gives to everybody. Whoever lacks the right to take them away gets a warning, no error. */
const TEMPORARY_FOR_OURSELVES = `
  DO $$ BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), current_user);
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  END $$`;
/** Locks of others stop the product, and large objects fill the disk. Only a superuser may take these functions away. */
const FUNCTIONS_FOR_OURSELVES = `
  DO $$ DECLARE f regprocedure; BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
    FOR f IN SELECT oid FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^(pg_(try_)?advisory|lo_|lowrite)'
    LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP;
  END $$`;
const IS_SUPERUSER = 'SELECT rolsuper AS yes FROM pg_roles WHERE rolname = current_user';
const TEMP_FILES = '1GB';
const STILL_MAY = `
  SELECT has_database_privilege($1, current_database(), 'TEMPORARY') AS temporary,
    has_function_privilege($1, 'pg_advisory_lock(bigint)', 'EXECUTE') AS locks,
    has_function_privilege($1, 'lo_create(oid)', 'EXECUTE') AS objects`;
const OTHER_GRANTS = `
  SELECT DISTINCT table_schema || '.' || table_name AS name FROM information_schema.role_table_grants
  WHERE grantee = $1 AND table_schema <> 'ngsi'`;

/**
 * Creates the role, or sets its password and tenants again. Only PostgreSQL's verifier of the password is sent, so that
 * no statement log contains the password.
 *
 * @throws Error: the embedded database accepts no connections; the role has other privileges; a tenant is unknown; our
 * own role may not create roles
 *
 * @returns what the role may still do besides reading, because our own role may not forbid it
 */
export async function setReader(db: Database, { role, tenants }: SqlReader, password: string): Promise<string[]> {
  if (db.kind === 'pglite') throw new Error('The embedded database accepts no connections: set DATABASE_URL');
  checkRole(role);
  if (password.length < 12) throw new Error(`password: got ${password.length} characters, expected at least 12`);
  return db.transaction(async (tx) => {
    const { rows: unknown } = await tx.query<{ t: string }>({ text: UNKNOWN_TENANTS, values: [tenants] });
    if (unknown.length > 0) throw new Error(`tenant: got ${unknown.map(({ t }) => t).join(', ')}, expected known ones`);
    const { rows } = await tx.query<{ powerful: boolean }>({ text: IS_OURS, values: [role] });
    if (rows[0]?.powerful) throw new Error(`role: ${role} may do more than read, expected a role for readers only`);
    const { rows: grants } = await tx.query<{ name: string }>({ text: OTHER_GRANTS, values: [role] });
    if (grants.length > 0) {
      throw new Error(
        `role: ${role} may use ${grants.map(({ name }) => name).join(', ')}, expected a role for readers only`,
      );
    }
    const name = quoted(role);
    const options = `LOGIN NOINHERIT CONNECTION LIMIT ${CONNECTIONS} PASSWORD ${literal(verifier(password))}`;
    await tx.query({ text: `${rows.length === 0 ? 'CREATE' : 'ALTER'} ROLE ${name} ${options}` });
    await tx.query({ text: `ALTER ROLE ${name} SET default_transaction_read_only = on` });
    await tx.query({ text: `ALTER ROLE ${name} SET statement_timeout = '${STATEMENT_TIMEOUT}'` });
    await tx.query({ text: `ALTER ROLE ${name} SET search_path = ngsi, public` });
    await tx.query({ text: `GRANT USAGE ON SCHEMA ngsi TO ${name}` });
    await tx.query({ text: FORGET, values: [role] });
    await tx.query({ text: ALLOW, values: [role, [...new Set(tenants)]] });
    return limitReader(tx, role);
  });
}

async function limitReader(tx: Queryable, role: string): Promise<string[]> {
  await tx.query({ text: TEMPORARY_FOR_OURSELVES });
  await tx.query({ text: FUNCTIONS_FOR_OURSELVES });
  const { rows: superuser } = await tx.query<{ yes: boolean }>({ text: IS_SUPERUSER });
  // Unlike other settings, the role can't change this one itself.
  if (superuser[0]?.yes) await tx.query({ text: `ALTER ROLE ${quoted(role)} SET temp_file_limit = '${TEMP_FILES}'` });
  const { rows } = await tx.query<Record<keyof typeof RIGHTS, boolean>>({ text: STILL_MAY, values: [role] });
  return Object.entries(RIGHTS).flatMap(([right, what]) => (rows[0]?.[right as keyof typeof RIGHTS] ? [what] : []));
}

/** The role can no longer log in or see anything. False: there was no such reader. */
export async function dropReader(db: Database, role: string): Promise<boolean> {
  checkRole(role);
  return db.transaction(async (tx) => {
    const { rowCount } = await tx.query({ text: FORGET, values: [role] });
    if (rowCount === 0) return false;
    await tx.query({ text: `REVOKE USAGE ON SCHEMA ngsi FROM ${quoted(role)}` });
    await tx.query({ text: `DROP ROLE ${quoted(role)}` });
    return true;
  });
}

export async function readers(db: Database): Promise<SqlReader[]> {
  return (await db.query<SqlReader>({ text: READERS })).rows;
}

function checkRole(role: string): void {
  if (!ROLE.test(role)) throw new Error(`role: got "${role}", expected lower-case letters, digits and _`);
}

const ITERATIONS = 4096;

/** The form in which PostgreSQL stores a password (RFC 5803, SCRAM-SHA-256). */
function verifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
