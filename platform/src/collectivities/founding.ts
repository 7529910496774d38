import { ensureTenant } from '@alzette/broker';
import { type AskProduct, askAsSender, mustAnswer } from '@alzette/packs/kinds';
import type { Administrator, Founding, TerritoryHead } from '@alzette/territory';
import type { FastifyInstance } from 'fastify';
import { organisationsOf } from '../organisations.ts';
import { modelOf, takeLikeness } from './likeness.ts';

/** The first roles of a collectivity, and what their holders may do in it. */
const ROLES = {
  administrator: ['read', 'write', 'administer'],
  operator: ['read', 'write'],
  analyst: ['read'],
} as const;

/**
 * What comes into being with a collectivity. All but the tenant is asked of the product with the rights of the founder,
 * so each act is judged and in the audit; each can be repeated, so a founding that was interrupted is completed by the same request.
 */
export function founding(app: FastifyInstance, hasMail: boolean): Founding {
  return {
    begin: (tx, tenant) => ensureTenant(tx, tenant),
    async complete(request, territory, { administrator, like }) {
      const { row } = territory;
      if (row === undefined) return {};
      const ask = askAsSender(app, request, '');
      await putRoles(ask, row.tenant, territory.name);
      await putOrganisations(ask, territory);
      const here = askAsSender(app, request, row.tenant);
      await putLanguages(here, territory.languages);
      const taken =
        like &&
        (await takeLikeness({ ask: here, site: ask, tenant: row.tenant }, like, (tenant) =>
          askAsSender(app, request, tenant),
        ));
      const invited = administrator && (await invite(ask, row.tenant, administrator, hasMail));
      return { ...(taken && { like: taken }), ...(invited && { administrator: invited }) };
    },
    modelOf: (request, tenant) =>
      modelOf({ ask: askAsSender(app, request, tenant), site: askAsSender(app, request, ''), tenant }),
  };
}

/** Policies that exist stay: somebody may have changed them. */
async function putRoles(ask: AskProduct, tenant: string, name: string): Promise<void> {
  for (const [role, may] of Object.entries(ROLES)) {
    const id = `${tenant}.${role}`;
    await mustAnswer(ask, 'PUT', `/ops/identity/roles/${id}`, { body: { description: `${name}: ${role}` } });
    const path = `/ops/access/policies/${id}`;
    if ((await ask('GET', path)).status !== 404) continue;
    await mustAnswer(ask, 'PUT', path, { body: { who: { roles: [id] }, may: [...may], tenants: [tenant] } });
  }
}

/** The app has French in any case, because every text exists in it. */
async function putLanguages(ask: AskProduct, own: readonly string[]): Promise<void> {
  const { modules } = (await mustAnswer(ask, 'GET', '/publishing/settings')) as { modules: readonly string[] };
  const languages = [...new Set([...own, 'fr'])];
  await mustAnswer(ask, 'PUT', '/publishing/settings', { body: { modules, languages } });
}

/** Another collectivity may have communes of the same name; rights never depend on an organisation alone. */
async function putOrganisations(ask: AskProduct, territory: TerritoryHead): Promise<void> {
  const { organisations } = (await mustAnswer(ask, 'GET', '/ops/identity/organisations')) as {
    organisations: readonly { readonly id: string }[];
  };
  const known = new Set(organisations.map(({ id }) => id));
  for (const { id, ...organisation } of organisationsOf(territory)) {
    if (known.has(id)) continue;
    await mustAnswer(ask, 'PUT', `/ops/identity/organisations/${encodeURIComponent(id)}`, { body: organisation });
  }
}

interface KnownUser {
  readonly id: string;
  readonly username: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly roles: readonly string[];
}

/** A person with an account gets the role, too: they sign in as before. */
async function invite(
  ask: AskProduct,
  tenant: string,
  { email }: Administrator,
  hasMail: boolean,
): Promise<{ username: string; link?: string }> {
  const role = `${tenant}.administrator`;
  const { users } = (await mustAnswer(ask, 'GET', `/ops/identity/users?search=${encodeURIComponent(email)}`)) as {
    users: readonly KnownUser[];
  };
  // Whoever wrote an address into an account without showing that it is theirs gets no rights by it.
  const known = users.find((user) => user.emailVerified && user.email?.toLowerCase() === email.toLowerCase());
  if (known !== undefined) {
    const roles = [...new Set([...known.roles, role])];
    await mustAnswer(ask, 'PATCH', `/ops/identity/users/${known.id}`, { body: { roles } });
    return { username: known.username };
  }
  const body = { username: email, email, roles: [role], invite: hasMail };
  const { id } = (await mustAnswer(ask, 'POST', '/ops/identity/users', { body })) as { id: string };
  if (hasMail) return { username: email };
  // Refused if the founder's sign-in is not recent: the page of users makes the link then.
  const { status, body: made } = await ask('POST', `/ops/identity/users/${id}/reset-link`);
  return { username: email, ...(status === 201 && { link: (made as { link: string }).link }) };
}
