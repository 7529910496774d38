import { callers } from '@alzette/kit/access';
import { conflict, missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { resetLink, sendResetLink } from '../accounts/letters.ts';
import { changeAccount } from '../accounts/revoking.ts';
import type { OwnPeopleContract, OwnPerson } from '../contract/own-people.ts';
import type { IdentityParts } from '../parts.ts';
import {
  type Account,
  createAccount,
  findAccount,
  findAccountByName,
  fullName,
  listHolders,
} from '../store/accounts.ts';
import { listRoles } from '../store/catalogue.ts';

/**
 * Who administers a collectivity gives its roles, and no other: its roles begin with the name of its tenant and a point,
 * which no tenant's name has.
 */
export function ownPeopleHandlers(parts: IdentityParts): Handlers<OwnPeopleContract> {
  const { db } = parts;
  const callerOf = callers(parts.access);
  const existing = async (tenant: string, id: string) => {
    const account = await findAccount(db, id);
    // Of others it is not told whether they exist.
    if (account === undefined || ownRoles(account, tenant).length === 0) throw missing('person', id);
    return account;
  };
  const give = async (account: Account, tenant: string, roles: readonly string[]) => {
    const others = account.roles.filter((role) => !isOf(role, tenant));
    await changeAccount(parts, account, { roles: [...others, ...roles] });
    return shown({ ...account, roles: [...others, ...roles] }, tenant);
  };
  return {
    async list({ tenant }) {
      if (tenant === '') return { people: [], roles: [] };
      const roles = await rolesOf(parts, tenant);
      const people = await listHolders(db, prefixOf(tenant));
      return { people: people.map((account) => shown(account, tenant)), roles };
    },
    async invite({ tenant, body: { email, roles }, ip }, reply) {
      await checkRoles(parts, tenant, roles);
      const known = await findAccountByName(db, email);
      reply.code(201);
      // Whoever wrote an address into an account without showing that it is theirs gets no rights by it.
      if (known?.emailVerified && known.email?.toLowerCase() === email.toLowerCase()) {
        return give(known, tenant, [...new Set([...ownRoles(known, tenant), ...roles])]);
      }
      const id = await createAccount(db, { username: email, email, roles });
      await parts.record({ kind: 'account-created', account: id, address: ip });
      const account = await existing(tenant, id);
      if (parts.mail !== undefined) await sendResetLink(parts, account, 'invite');
      return shown(account, tenant);
    },
    async change(request) {
      const { tenant, params, body, ip } = request;
      await checkRoles(parts, tenant, body.roles);
      const account = await existing(tenant, params.id);
      const administers = `${prefixOf(tenant)}administrator`;
      if (callerOf(request).subject === account.id && ownRoles(account, tenant).includes(administers)) {
        if (!body.roles.includes(administers)) {
          throw refused('roles', body.roles, `${administers}, which only another administrator can take from you`);
        }
      }
      const person = await give(account, tenant, body.roles);
      await parts.record({ kind: 'account-changed', account: account.id, address: ip, detail: { members: ['roles'] } });
      return person;
    },
    async link({ tenant, params, ip }, reply) {
      const account = await existing(tenant, params.id);
      const isOwn = account.effectiveRoles.every((role) => isOf(role, tenant));
      if (account.hasPassword || !isOwn) {
        throw conflict('The person has a password or roles elsewhere: they choose a new one at the sign-in');
      }
      const link = await resetLink(parts, account, 'invite');
      await parts.record({
        kind: 'password-reset-asked',
        account: account.id,
        address: ip,
        detail: { by: 'administrator' },
      });
      reply.code(201);
      return { link };
    },
  };
}

function prefixOf(tenant: string): string {
  return `${tenant}.`;
}

function isOf(role: string, tenant: string): boolean {
  return tenant !== '' && role.startsWith(prefixOf(tenant));
}

function ownRoles({ roles }: Account, tenant: string): string[] {
  return roles.filter((role) => isOf(role, tenant));
}

async function rolesOf({ db }: IdentityParts, tenant: string) {
  return (await listRoles(db)).filter(({ id }) => isOf(id, tenant));
}

async function checkRoles(parts: IdentityParts, tenant: string, roles: readonly string[]): Promise<void> {
  const own = (await rolesOf(parts, tenant)).map(({ id }) => id);
  const other = roles.find((role) => !own.includes(role));
  if (other !== undefined)
    throw refused('roles', other, `roles of this collectivity: ${own.join(', ') || 'it has none'}`);
}

function shown(account: Account, tenant: string): OwnPerson {
  const { id, username, email, enabled, hasPassword, source, lastSignInAt } = account;
  return {
    id,
    username,
    name: fullName(account),
    ...(email !== undefined && { email }),
    roles: ownRoles(account, tenant),
    enabled,
    isInvited: !hasPassword && source === 'local',
    ...(lastSignInAt && { lastSignInAt: lastSignInAt.toISOString() }),
  };
}
