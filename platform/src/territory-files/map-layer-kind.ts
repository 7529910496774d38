import { object, Type } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { bundledContexts, TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas/contexts';
import { type ConfigurationDocument, type ConfigurationKind, mustAnswer } from '@alzette/packs/kinds';

const ENTITIES = '/ngsi-ld/v1/entities';
/** `name` in the @context of the territory, with which the map reads its layers. */
const NAME = nameIn(bundledContexts.get(TERRITORY_CONTEXT_PATH)?.['@context']);

const line = Type.String({ maxLength: 200 });
const few = { maxItems: 50 };
const Layer = object({
  type: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,99}$', description: 'a type of entities' }),
  classes: Type.Array(
    object({
      key: line,
      severity: Type.Optional(Type.Enum(['warning', 'alarm'])),
      when: Type.Array(
        object({
          attribute: line,
          is: Type.Optional(Type.Array(line, few)),
          isNot: Type.Optional(Type.Array(line, few)),
          from: Type.Optional(Type.Number()),
          below: Type.Optional(Type.Number()),
        }),
        few,
      ),
    }),
    { ...few, minItems: 1 },
  ),
  value: Type.Optional(line),
  observed: Type.Optional(line),
  silentAfter: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'seconds' })),
});
const Words = object(Object.fromEntries(LANGUAGES.map((language) => [language, Type.Optional(line)])));
const names = (value: typeof line) => Type.Unsafe<object>({ type: 'object', additionalProperties: value });

/** Layers of the map. They are entities, so that everybody who may read them sees them. */
export const MAP_LAYER_KIND: ConfigurationKind = {
  folder: 'map-layers',
  list: ENTITIES,
  query: '?type=MapLayer&format=concise&limit=1000',
  documents: (entities) => (entities as readonly LayerEntity[]).flatMap((entity) => layerOf(entity) ?? []),
  schema: object({
    id: Type.String({ pattern: '^[a-z]+:\\S{1,300}$' }),
    title: Type.Union([line, Words]),
    layer: Layer,
    colours: Type.Optional(names(Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' }))),
    titles: Type.Optional(names(line)),
  }),
  async put(ask, document) {
    const { id } = document;
    const entity = entityOfLayer(document);
    const { status } = await ask('GET', `${ENTITIES}/${encodeURIComponent(id)}`);
    if (status === 404) await mustAnswer(ask, 'POST', ENTITIES, { body: entity });
    else await mustAnswer(ask, 'PUT', `${ENTITIES}/${encodeURIComponent(id)}`, { body: entity });
  },
};

/** As it is stored. */
export function entityOfLayer({ id, title, ...json }: ConfigurationDocument) {
  const name =
    typeof title === 'string' ? { type: 'Property', value: title } : { type: 'LanguageProperty', languageMap: title };
  return { id, type: 'MapLayer', [NAME]: name, definition: { type: 'JsonProperty', json } };
}

interface LayerEntity {
  readonly id: string;
  readonly definition?: { readonly json?: object };
  readonly [member: string]: unknown;
}

/** Undefined: somebody wrote another entity of this type. Its name is short where the default @context has it. */
function layerOf({
  id,
  definition,
  name: short,
  [NAME]: name = short,
}: LayerEntity): ConfigurationDocument | undefined {
  if (definition?.json === undefined) return undefined;
  const title = typeof name === 'string' ? name : (name as { readonly languageMap?: object } | undefined)?.languageMap;
  return { id, ...(title !== undefined && { title }), ...definition.json };
}

function nameIn(context: unknown): string {
  const { name } = context as { readonly name: string };
  return name;
}
