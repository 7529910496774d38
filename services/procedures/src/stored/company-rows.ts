import type { Queryable } from '@alzette/kit/database';
import { ofEachTenant } from '@alzette/kit/each-tenant';
import type { Secrets } from '@alzette/kit/service';

export interface KeptCompany {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly checkedBy?: string | undefined;
}

export interface KeptMember {
  readonly id: string;
  readonly company: string;
  readonly role: 'owner' | 'member';
  readonly person: string;
  readonly email: string;
  /** The last day. */
  readonly until?: string | undefined;
  readonly hasJoined: boolean;
}

/** What a person is to a company, now. */
export interface Membership extends KeptCompany {
  readonly role: 'owner' | 'member';
  readonly member: string;
  readonly foundedAt: string;
}

interface CompanyRow {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly checked_by: string | null;
  readonly founded_at: Date;
}
type MembershipRow = CompanyRow & { readonly role: 'owner' | 'member'; readonly member: string };
interface MemberRow {
  readonly id: string;
  readonly company: string;
  readonly role: 'owner' | 'member';
  readonly sealed: string;
  readonly until: string | null;
  readonly has_joined: boolean;
}

const FOUND = `
  INSERT INTO procedures.company (tenant, id, number, name, checked_by) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, number) WHERE checked_by IS NOT NULL DO NOTHING RETURNING id`;
const LOCK = 'SELECT id FROM procedures.company WHERE tenant = $1 AND id = $2 FOR UPDATE';
const ADD = `
  INSERT INTO procedures.company_member (tenant, id, company, role, account, sealed, until)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;
/** Their right ends with the row, and after the last day. */
const IS_LIVE = 'm.account IS NOT NULL AND (m.until IS NULL OR m.until >= $3::date)';
const OF_ACCOUNT = `
  SELECT c.id, c.number, c.name, c.checked_by, c.founded_at, m.role, m.id AS member FROM procedures.company_member m
  JOIN procedures.company c ON c.tenant = $1 AND c.id = m.company
  WHERE m.tenant = $1 AND m.account = $2 AND ${IS_LIVE} ORDER BY c.name, c.id`;
const IS_MEMBER = `
  SELECT m.id FROM procedures.company_member m WHERE m.tenant = $1 AND m.id = $2 AND ${IS_LIVE} AND m.company = $4`;
const MEMBERS = `
  SELECT id, company, role, sealed, until::text, account IS NOT NULL AS has_joined FROM procedures.company_member
  WHERE tenant = $1 AND company = $2 ORDER BY invited_at, id`;
const MEMBER = `
  SELECT id, company, role, sealed, until::text, account IS NOT NULL AS has_joined FROM procedures.company_member
  WHERE tenant = $1 AND id = $2`;
const JOIN = `
  UPDATE procedures.company_member m SET account = $3 WHERE m.tenant = $1 AND m.id = $2 AND m.account IS NULL
    AND m.invited_at > now() - interval '14 days' AND (m.until IS NULL OR m.until >= $4::date)
    AND NOT EXISTS (SELECT FROM procedures.company_member o
      WHERE o.tenant = $1 AND o.company = m.company AND o.account = $3)
  RETURNING m.id`;
const TENANTS = 'SELECT DISTINCT tenant FROM procedures.company_member /* all tenants: those of an erased person */';
const FORGET = 'DELETE FROM procedures.company_member WHERE tenant = $1 AND account = $2 RETURNING id';
const REMOVE_COMPANY = 'DELETE FROM procedures.company WHERE tenant = $1 AND id = $2';
const REMOVE = 'DELETE FROM procedures.company_member WHERE tenant = $1 AND id = $2';

/** False: there is a checked group of this number. */
export async function foundCompany(tx: Queryable, tenant: string, company: KeptCompany): Promise<boolean> {
  const { id, number, name, checkedBy } = company;
  return (await tx.query({ text: FOUND, values: [tenant, id, number, name, checkedBy ?? null] })).rows.length > 0;
}

/** Until the transaction ends, so that its last owner is not removed twice at once. */
export async function lockCompany(tx: Queryable, tenant: string, id: string): Promise<void> {
  await tx.query({ text: LOCK, values: [tenant, id] });
}

/** @param account a keyed hash; absent: they are invited */
export async function addMember(
  tx: Queryable,
  secrets: Secrets,
  tenant: string,
  { id, company, role, until, person, email }: Omit<KeptMember, 'hasJoined'>,
  account?: string,
): Promise<void> {
  const sealed = secrets.seal(JSON.stringify({ person, email }), ownerOf(tenant, id));
  await tx.query({ text: ADD, values: [tenant, id, company, role, account ?? null, sealed, until ?? null] });
}

export async function companiesOf(
  db: Queryable,
  tenant: string,
  account: string,
  today: string,
): Promise<Membership[]> {
  const { rows } = await db.query<MembershipRow>({ text: OF_ACCOUNT, values: [tenant, account, today] });
  return rows.map(({ checked_by, founded_at, ...row }) => ({
    ...row,
    foundedAt: new Date(founded_at).toISOString(),
    ...(checked_by !== null && { checkedBy: checked_by }),
  }));
}

/** @param locked until the transaction ends they are not removed */
export async function isMember(
  db: Queryable,
  tenant: string,
  { member, company }: { readonly member: string; readonly company: string },
  today: string,
  locked = false,
): Promise<boolean> {
  const text = locked ? `${IS_MEMBER} FOR SHARE` : IS_MEMBER;
  return (await db.query({ text, values: [tenant, member, today, company] })).rows.length > 0;
}

export async function membersOf(
  db: Queryable,
  secrets: Secrets,
  tenant: string,
  company: string,
): Promise<KeptMember[]> {
  const { rows } = await db.query<MemberRow>({ text: MEMBERS, values: [tenant, company] });
  return rows.map((row) => toMember(secrets, tenant, row));
}

export async function findMember(
  db: Queryable,
  secrets: Secrets,
  tenant: string,
  id: string,
): Promise<KeptMember | undefined> {
  const { rows } = await db.query<MemberRow>({ text: MEMBER, values: [tenant, id] });
  return rows.map((row) => toMember(secrets, tenant, row))[0];
}

/** False: there is no such invitation any more, or they act for the company already. */
export async function joinCompany(
  db: Queryable,
  tenant: string,
  { member, account, today }: { readonly member: string; readonly account: string; readonly today: string },
): Promise<boolean> {
  return (await db.query({ text: JOIN, values: [tenant, member, account, today] })).rows.length > 0;
}

export async function removeMember(tx: Queryable, tenant: string, id: string): Promise<void> {
  await tx.query({ text: REMOVE, values: [tenant, id] });
}

/** Ends all rights of a person. @param accountIn their keyed hash in a tenant */
export async function forgetMember(db: Queryable, accountIn: (tenant: string) => string): Promise<void> {
  await ofEachTenant(db, { text: TENANTS }, (tenant) => ({ text: FORGET, values: [tenant, accountIn(tenant)] }));
}

/** With its open invitations. */
export async function removeCompany(tx: Queryable, tenant: string, id: string): Promise<void> {
  await tx.query({ text: REMOVE_COMPANY, values: [tenant, id] });
}

function toMember(secrets: Secrets, tenant: string, row: MemberRow): KeptMember {
  const { sealed, until, has_joined: hasJoined, ...kept } = row;
  const personal = JSON.parse(secrets.open(sealed, ownerOf(tenant, row.id))) as { person: string; email: string }; // sealed by this file
  return { ...kept, ...personal, hasJoined, ...(until !== null && { until }) };
}

function ownerOf(tenant: string, member: string): string {
  return `procedures.company_member:${tenant}:${member}`;
}
