import { missing, Problem, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { revoking } from '../accounts/revoking.ts';
import type { CatalogueContract } from '../contract/catalogue.ts';
import type { IdentityParts } from '../parts.ts';
import {
  ADMINISTRATOR,
  deleteGroup,
  deleteOrganisation,
  deleteRole,
  holdersOfRole,
  listGroups,
  listOrganisations,
  listRoles,
  membersOfGroup,
  saveGroup,
  saveOrganisation,
  saveRole,
} from '../store/catalogue.ts';
import { orUnknown, recorder } from './recording.ts';

type Of<N extends keyof CatalogueContract['operations']> = Handlers<CatalogueContract, N>;

/** Organisations, groups and roles: lists, PUT and DELETE of each by its id. */
export function catalogueHandlers(parts: IdentityParts): Handlers<CatalogueContract> {
  return { ...organisationHandlers(parts), ...groupHandlers(parts), ...roleHandlers(parts) };
}

function organisationHandlers(parts: IdentityParts): Of<'organisations' | 'saveOrganisation' | 'deleteOrganisation'> {
  const { db } = parts;
  const record = recorder(parts);
  return {
    organisations: async () => ({ organisations: await listOrganisations(db) }),
    async saveOrganisation({ params: { id }, body, ip }) {
      await orUnknown(saveOrganisation(db, { ...body, id }), 'parent', body.parent);
      await record(ip, { act: 'organisation.save', id });
    },
    async deleteOrganisation({ params: { id }, ip }) {
      const isGone = await deleteOrganisation(db, id).catch((cause: unknown) => {
        if (/foreign key/.test(String(cause))) {
          throw new Problem(409, 'In use', `Organisation "${id}" has users, clients or suborganisations`);
        }
        throw cause;
      });
      if (!isGone) throw missing('organisation', id);
      await record(ip, { act: 'organisation.delete', id });
    },
  };
}

function groupHandlers(parts: IdentityParts): Of<'groups' | 'saveGroup' | 'deleteGroup'> {
  const { db } = parts;
  const record = recorder(parts);
  return {
    groups: async () => ({ groups: await listGroups(db) }),
    async saveGroup({ params: { id }, body, ip }) {
      const known = new Set((await listRoles(db)).map((role) => role.id));
      const unknown = body.roles.find((role) => !known.has(role));
      if (unknown !== undefined) throw refused('roles', unknown, 'one of /ops/identity/roles');
      await revoking(parts, await membersOfGroup(db, id), () => saveGroup(db, { ...body, id }));
      await record(ip, { act: 'group.save', id });
    },
    async deleteGroup({ params: { id }, ip }) {
      const members = await membersOfGroup(db, id);
      if (!(await revoking(parts, members, () => deleteGroup(db, id)))) throw missing('group', id);
      await record(ip, { act: 'group.delete', id });
    },
  };
}

function roleHandlers(parts: IdentityParts): Of<'roles' | 'saveRole' | 'deleteRole'> {
  const { db } = parts;
  const record = recorder(parts);
  return {
    roles: async () => ({ roles: await listRoles(db) }),
    async saveRole({ params: { id }, body: { description = '' }, ip }) {
      await saveRole(db, { id, description });
      await record(ip, { act: 'role.save', id });
    },
    async deleteRole({ params: { id }, ip }) {
      if (id === ADMINISTRATOR) throw new Problem(409, 'In use', `The role "${id}" is built in`);
      const holders = await holdersOfRole(db, id);
      if (!(await revoking(parts, holders, () => deleteRole(db, id)))) throw missing('role', id);
      await record(ip, { act: 'role.delete', id });
    },
  };
}
