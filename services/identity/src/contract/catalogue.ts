import { contract, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { CATALOGUE } from './paths.ts';
import { ADMINISTERED, Id, Ids, Names, Text } from './schemas.ts';

export const ORGANISATION_KINDS = ['intercommunality', 'commune', 'contractor', 'other'] as const;

const SavedOrganisation = object({ name: Text, kind: Type.Enum(ORGANISATION_KINDS), parent: Type.Optional(Id) });
const Organisation = object({ id: Type.String(), ...SavedOrganisation.properties });
const Group = object({ id: Type.String(), name: Type.String(), roles: Names });
const Role = object({ id: Type.String(), description: Type.String() });

const BY_ID = { ...ADMINISTERED, params: { id: identifier() }, answers: { 204: null } } as const;

/** Organisations, groups and roles: what accounts and clients belong to. */
export const catalogueContract = contract(CATALOGUE, {
  organisations: {
    access: 'administerAll',
    summary: 'Organisations: the intercommunality, communes, contractors',
    answers: { 200: object({ organisations: Type.Array(Organisation) }) },
  },
  saveOrganisation: {
    ...BY_ID,
    summary: 'Creates or replaces an organisation',
    body: SavedOrganisation,
    example: { params: { id: 'thil' }, body: { name: 'Thil', kind: 'commune' } },
  },
  deleteOrganisation: { ...BY_ID, summary: 'Deletes an organisation without users' },
  groups: {
    access: 'administerAll',
    summary: 'Groups and the roles of their members',
    answers: { 200: object({ groups: Type.Array(Group) }) },
  },
  saveGroup: {
    ...BY_ID,
    summary: 'Creates or replaces a group',
    body: object({ name: Text, roles: Ids }),
    example: { params: { id: 'works' }, body: { name: 'Works', roles: ['operator'] } },
  },
  deleteGroup: { ...BY_ID, summary: 'Deletes a group; its members lose the roles' },
  roles: {
    access: 'administerAll',
    summary: 'The roles that policies refer to',
    answers: { 200: object({ roles: Type.Array(Role) }) },
  },
  saveRole: {
    ...BY_ID,
    summary: 'Creates or describes a role',
    body: object({ description: Type.Optional(Text) }),
    example: { params: { id: 'gardener' }, body: { description: 'Waters the parks' } },
  },
  deleteRole: { ...BY_ID, summary: 'Deletes a role; its users lose it' },
});

export type CatalogueContract = typeof catalogueContract;
export type Organisation = Value<typeof Organisation>;
export type Group = Value<typeof Group>;
export type Role = Value<typeof Role>;
