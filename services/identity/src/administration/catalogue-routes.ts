import { bodyReader, ID, IDS, object, TEXT } from '@alzette/kit/bodies';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { revoking } from '../accounts/revoking.ts';
import type { IdentityParts } from '../parts.ts';
import {
  ADMINISTRATOR,
  deleteGroup,
  deleteOrganisation,
  deleteRole,
  type Group,
  holdersOfRole,
  listGroups,
  listOrganisations,
  listRoles,
  membersOfGroup,
  type Organisation,
  saveGroup,
  saveOrganisation,
  saveRole,
} from '../store/catalogue.ts';
import { listOf, orUnknown } from './answers.ts';

const readOrganisation = bodyReader<Omit<Organisation, 'id'>>(
  object({ name: TEXT, kind: { enum: ['intercommunality', 'commune', 'contractor', 'other'] }, parent: ID }, [
    'name',
    'kind',
  ]),
);
const readGroup = bodyReader<Omit<Group, 'id'>>(object({ name: TEXT, roles: IDS }, ['name', 'roles']));
const readRole = bodyReader<{ description?: string }>(object({ description: TEXT }));
const IS_ID = new RegExp(ID.pattern);

interface WithId {
  Params: { id: string };
}

/** `/ops/identity/organisations`, `/groups`, `/roles`: lists, PUT and DELETE of each by its id. */
export function catalogueRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  organisationRoutes(scope, parts);
  groupRoutes(scope, parts);
  roleRoutes(scope, parts);
}

function organisationRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  const record = (address: string, act: string, id: string) =>
    parts.record({ kind: 'administration', address, detail: { act, id } });
  scope.get(
    '/organisations',
    operation({
      access: 'administerAll',
      summary: 'Organisations: the intercommunality, communes, contractors',
      answer: listOf('organisations'),
    }),
    async () => ({ organisations: await listOrganisations(db) }),
  );
  scope.put<WithId>(
    '/organisations/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Creates or replaces an organisation',
      body: readOrganisation.schema,
    }),
    async (request, reply) => {
      const id = checkedId(request.params.id);
      const body = readOrganisation(request.body);
      await orUnknown(saveOrganisation(db, { ...body, id }), 'parent', body.parent);
      await record(request.ip, 'organisation.save', id);
      return reply.code(204).send();
    },
  );
  scope.delete<WithId>(
    '/organisations/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Deletes an organisation without users',
    }),
    async (request, reply) => {
      const { id } = request.params;
      const isGone = await deleteOrganisation(db, id).catch((cause: unknown) => {
        if (/foreign key/.test(String(cause))) {
          throw new Problem(409, 'In use', `Organisation "${id}" has users, clients or suborganisations`);
        }
        throw cause;
      });
      if (!isGone) throw missing('organisation', id);
      await record(request.ip, 'organisation.delete', id);
      return reply.code(204).send();
    },
  );
}

function groupRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  const record = (address: string, act: string, id: string) =>
    parts.record({ kind: 'administration', address, detail: { act, id } });
  scope.get(
    '/groups',
    operation({
      access: 'administerAll',
      summary: 'Groups and the roles of their members',
      answer: listOf('groups'),
    }),
    async () => ({ groups: await listGroups(db) }),
  );
  scope.put<WithId>(
    '/groups/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Creates or replaces a group',
      body: readGroup.schema,
    }),
    async (request, reply) => {
      const id = checkedId(request.params.id);
      const body = readGroup(request.body);
      const known = new Set((await listRoles(db)).map((role) => role.id));
      const unknown = body.roles.find((role) => !known.has(role));
      if (unknown !== undefined) throw refused('roles', unknown, 'one of /ops/identity/roles');
      await revoking(parts, await membersOfGroup(db, id), () => saveGroup(db, { ...body, id }));
      await record(request.ip, 'group.save', id);
      return reply.code(204).send();
    },
  );
  scope.delete<WithId>(
    '/groups/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Deletes a group; its members lose the roles',
    }),
    async (request, reply) => {
      const { id } = request.params;
      const members = await membersOfGroup(db, id);
      if (!(await revoking(parts, members, () => deleteGroup(db, id)))) throw missing('group', id);
      await record(request.ip, 'group.delete', id);
      return reply.code(204).send();
    },
  );
}

function roleRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  const record = (address: string, act: string, id: string) =>
    parts.record({ kind: 'administration', address, detail: { act, id } });
  scope.get(
    '/roles',
    operation({ access: 'administerAll', summary: 'The roles that policies refer to', answer: listOf('roles') }),
    async () => ({ roles: await listRoles(db) }),
  );
  scope.put<WithId>(
    '/roles/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Creates or describes a role',
      body: readRole.schema,
    }),
    async (request, reply) => {
      const id = checkedId(request.params.id);
      await saveRole(db, { id, description: readRole(request.body).description ?? '' });
      await record(request.ip, 'role.save', id);
      return reply.code(204).send();
    },
  );
  scope.delete<WithId>(
    '/roles/:id',
    operation({ access: 'administerAll', audited: { values: 'above' }, summary: 'Deletes a role; its users lose it' }),
    async (request, reply) => {
      const { id } = request.params;
      if (id === ADMINISTRATOR) throw new Problem(409, 'In use', `The role "${id}" is built in`);
      const holders = await holdersOfRole(db, id);
      if (!(await revoking(parts, holders, () => deleteRole(db, id)))) throw missing('role', id);
      await record(request.ip, 'role.delete', id);
      return reply.code(204).send();
    },
  );
}

function checkedId(id: string): string {
  if (!IS_ID.test(id)) throw refused('id', id, 'letters, digits, ".", "_" and "-", at most 64');
  return id;
}
