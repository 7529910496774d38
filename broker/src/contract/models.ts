import { byName, contract, object, oneOf, Type, text, type Value } from '@alzette/kit/contract';
import { MODELS } from './paths.ts';

const Anything = Type.Optional(Type.Unknown());
const Mode = Type.Enum(['off', 'warn', 'reject']);
const Model = object({
  type: Type.String(),
  iri: Type.String(),
  subject: Type.String(),
  version: Type.Optional(Type.String()),
  attributes: Type.Integer(),
  installed: Type.Boolean(),
  model: Type.Optional(Type.Unknown({ description: 'The whole model, if only installed ones are asked' })),
});
const InstalledModel = object({
  type: Type.String(),
  iri: Type.String(),
  attributes: Type.Integer(),
  context: Type.String({ description: 'The URL of its @context' }),
  defects: Type.Array(Type.String()),
});
const ValidationPolicy = Type.Object({ type: Type.String({ description: 'IRI; empty: all types' }), mode: Mode });
const Issue = Type.Object({
  code: Type.String(),
  severity: Type.Enum(['error', 'warning']),
  attribute: Type.Optional(Type.String()),
  path: Type.String(),
  message: Type.String(),
});
const Verdict = object({ id: Anything, ok: Type.Boolean(), issues: Type.Array(Issue) });
const Entity = byName(Type.Unknown());

const BY_IRI = { access: 'administer', params: { iri: text({ max: 2000 }) } } as const;

/** Models of entity types, and how strictly writes are validated. */
export const modelContract = contract(MODELS, {
  list: {
    access: 'administer',
    summary: 'The known and installed models of entity types; `installed=true`: only these, with the whole of each',
    query: { installed: oneOf(['true']) },
    answers: { 200: Type.Array(Model) },
  },
  install: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Install a model by its JSON Schema in the form of Smart Data Models',
    body: Type.Object({
      schema: Anything,
      context: Anything,
      subject: Anything,
      type: Anything,
      documents: Anything,
      model: Anything,
    }),
    answers: { 201: InstalledModel },
    example: {
      body: {
        subject: 'Parks',
        schema: { properties: { type: { type: 'string', enum: ['Bench'] }, seats: { type: 'integer' } } },
      },
    },
  },
  model: {
    ...BY_IRI,
    summary: 'A model, its form and its @context',
    answers: { 200: object({ model: Type.Unknown(), form: Type.Unknown(), context: Type.Unknown() }) },
  },
  remove: { ...BY_IRI, audited: { values: 'route' }, summary: 'Delete an installed model', answers: { 204: null } },
  policies: {
    access: 'administer',
    summary: 'How strictly types are validated against their models',
    answers: { 200: Type.Array(ValidationPolicy) },
  },
  setPolicy: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Validate a type against its model',
    body: Type.Object({ type: Type.Optional(Type.String()), mode: Mode }),
    answers: { 204: null },
    example: { body: { type: 'Streetlight', mode: 'warn' } },
  },
  removePolicy: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Stop validating a type against its model',
    query: { type: text() },
    answers: { 204: null },
  },
  validate: {
    access: 'administer',
    summary: 'Validate entities without storing them',
    query: { lang: oneOf(['en', 'fr']) },
    body: Type.Union([Type.Array(Entity), Entity]),
    answers: { 200: Type.Union([Type.Array(Verdict), Verdict]) },
    example: { body: [{ id: 'urn:ngsi-ld:Streetlight:42', type: 'Streetlight', powerState: 'on' }] },
  },
});

export type ModelContract = typeof modelContract;
export type ListedModel = Value<typeof Model>;
export type InstalledModel = Value<typeof InstalledModel>;
export type ValidationPolicy = Value<typeof ValidationPolicy>;
