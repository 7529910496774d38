import { object, Type } from '@alzette/kit/contract';
import { coreMeaning } from '@alzette/ngsi-ld-schemas/import';
import { type ConfigurationDocument, type ConfigurationKind, faultOf, mustAnswer } from '@alzette/packs/kinds';

const line = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const Iri = Type.String({ pattern: '^[a-z][a-z0-9+.-]*:\\S+$', maxLength: 500 });
const ATTRIBUTE_KINDS = [
  ...(['Property', 'GeoProperty', 'Relationship', 'LanguageProperty'] as const),
  ...(['VocabProperty', 'JsonProperty', 'ListProperty', 'ListRelationship'] as const),
];
const Attribute = Type.Object({
  kind: Type.Enum(ATTRIBUTE_KINDS),
  schema: Type.Unsafe<object>({ type: 'object', description: 'the JSON Schema of its value' }),
  required: Type.Optional(Type.Boolean()),
  unit: Type.Optional({ ...line(10), description: 'a UN/CEFACT common code' }),
  iri: Type.Optional(Iri),
  description: Type.Optional(line(2000)),
});
const Attributes = Type.Unsafe<{ readonly [name: string]: { readonly iri?: string } }>({
  type: 'object',
  additionalProperties: Attribute,
  propertyNames: { pattern: '^\\p{L}[\\p{L}\\p{N}_:]{0,99}$' },
});
const Document = object({
  id: Type.String({ ...Iri, description: 'the IRI of the type' }),
  subject: line(100),
  type: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,99}$' }),
  version: line(30),
  description: Type.Optional(line(4000)),
  attributes: Attributes,
});

/** Models of entity types, from which the product makes a @context, forms and validation. Those built in have no files. */
export const MODEL_KIND: ConfigurationKind = {
  folder: 'models',
  list: '/ops/models',
  query: '?installed=true',
  documents: (answer) =>
    (answer as readonly { model: ConfigurationDocument & { iri: string } }[]).map(({ model: { iri, ...model } }) => ({
      ...model,
      id: iri,
    })),
  schema: Document,
  faultOf: (document) => faultOf(Document, document) ?? shadowOf(document as ConfigurationDocument),
  async put(ask, { id, ...model }) {
    await mustAnswer(ask, 'POST', '/ops/models', { body: { model: { ...model, iri: id } } });
  },
};

/** A name that would get another meaning than in the core @context, which the product refuses. */
function shadowOf({ id, type, attributes }: ConfigurationDocument): string | undefined {
  const names = Object.entries(attributes as { readonly [name: string]: { readonly iri?: string } });
  const meant = [
    ['type', String(type), id] as const,
    ...names.map(([name, { iri }]) => [`attributes.${name}`, name, iri] as const),
  ];
  const shadow = meant.find(([, name, iri]) => iri !== undefined && (coreMeaning(name) ?? iri) !== iri);
  if (shadow === undefined) return undefined;
  const [member, name, iri] = shadow;
  return `${member}: got ${JSON.stringify(iri)}, expected ${JSON.stringify(coreMeaning(name))}, as in the core @context`;
}
