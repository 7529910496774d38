import { UNKNOWN_CLASS } from '@alzette/ngsi-ld-schemas/map';
import type {
  ExpandedClass,
  ExpandedCondition,
  ExpandedLayer,
  ListRequest,
  MapBox,
  MapFilter,
  MapRequest,
} from '../../../entities/map/map-request.ts';
import type { NameExpander } from '../../../model/names.ts';
import { expandAttributeName } from '../../../model/parse/parse-attribute.ts';
import { badMember, checkName, isJsonObject, type JsonObject } from '../../../model/values.ts';
import { arrayOf, integerIn, membersOf, numberIn, textIn, textsIn } from './members.ts';

const MAX_LAYERS = 20;
const MAX_CLASSES = 20;
const MAX_CONDITIONS = 8;
const MAX_VALUES = 50;
const MAX_SCOPES = 100;
const MAX_WORDS = 8;
const MAX_ROWS = 5_000;
const FARTHEST_ROW = 1_000_000;
const SEVERITIES = ['warning', 'alarm'] as const;

/** Reads a query for the contents of a map. @throws NgsiLdError BadRequestData */
export function readMapRequest(body: unknown, names: NameExpander): MapRequest & { readonly wantsTotals: boolean } {
  const members = membersOf(body, 'body', ['layers', 'filter', 'box', 'zoom', 'totals']);
  const zoom = numberIn(members.zoom, 'zoom', 0, 24);
  if (members.totals !== undefined && typeof members.totals !== 'boolean') {
    throw badMember('totals', members.totals, 'true or false');
  }
  return { ...readSelection(members, names), zoom, wantsTotals: members.totals === true };
}

/** Reads a query for a page of the list beside a map. @throws NgsiLdError BadRequestData */
export function readListRequest(body: unknown, names: NameExpander): ListRequest {
  const members = membersOf(body, 'body', ['layers', 'filter', 'box', 'limit', 'offset']);
  return {
    ...readSelection(members, names),
    limit: integerIn(members.limit ?? 100, 'limit', 1, MAX_ROWS),
    offset: integerIn(members.offset ?? 0, 'offset', 0, FARTHEST_ROW),
  };
}

function readSelection(members: JsonObject, names: NameExpander): Omit<MapRequest, 'zoom'> {
  const terms = arrayOf(members.layers, 'layers', 1, MAX_LAYERS).map((layer, place) =>
    membersOf(layer, `layers[${place}]`, ['type', 'classes', 'value', 'observed', 'silentAfter']),
  );
  const layers = terms.map((layer, place) => readLayer(layer, `layers[${place}]`, names));
  const box = members.box === undefined ? undefined : readBox(members.box);
  return {
    layers,
    filter: readFilter(members.filter, terms),
    ...(box && { box }),
    named: { name: names.attribute('name'), address: names.attribute('address') },
  };
}

function readLayer(layer: JsonObject, at: string, names: NameExpander): ExpandedLayer {
  const { value, observed, silentAfter } = layer;
  return {
    type: names.type(checkName(layer.type, `${at}.type`)),
    classes: arrayOf(layer.classes, `${at}.classes`, 0, MAX_CLASSES).map((each, place) =>
      readClass(each, `${at}.classes[${place}]`, names),
    ),
    ...(value !== undefined && { value: attribute(value, `${at}.value`, names) }),
    ...(observed !== undefined && { observed: attribute(observed, `${at}.observed`, names) }),
    ...(silentAfter !== undefined && { silentAfter: numberIn(silentAfter, `${at}.silentAfter`, 1, 1e9) }),
  };
}

function readClass(value: unknown, at: string, names: NameExpander): ExpandedClass {
  const { key, severity, when } = membersOf(value, at, ['key', 'severity', 'when']);
  textIn(key, `${at}.key`);
  const known = SEVERITIES.find((each) => each === severity);
  if (severity !== undefined && known === undefined) throw badMember(`${at}.severity`, severity, SEVERITIES.join(', '));
  const conditions = arrayOf(when, `${at}.when`, 0, MAX_CONDITIONS);
  return {
    ...(known && { severity: known }),
    when: conditions.map((each, place) => readCondition(each, `${at}.when[${place}]`, names)),
  };
}

function readCondition(value: unknown, at: string, names: NameExpander): ExpandedCondition {
  const members = membersOf(value, at, ['attribute', 'is', 'isNot', 'from', 'below']);
  const { is, isNot, from, below } = members;
  return {
    attribute: attribute(members.attribute, `${at}.attribute`, names),
    ...(is !== undefined && { is: textsIn(is, `${at}.is`, MAX_VALUES) }),
    ...(isNot !== undefined && { isNot: textsIn(isNot, `${at}.isNot`, MAX_VALUES) }),
    ...(from !== undefined && { from: numberIn(from, `${at}.from`) }),
    ...(below !== undefined && { below: numberIn(below, `${at}.below`) }),
  };
}

function readFilter(value: unknown, layers: readonly JsonObject[]): MapFilter {
  const { scopes, text, classes, attention } = membersOf(value ?? {}, 'filter', [
    'scopes',
    'text',
    'classes',
    'attention',
  ]);
  if (attention !== undefined && typeof attention !== 'boolean') {
    throw badMember('filter.attention', attention, 'true or false');
  }
  const words = text === undefined || text === '' ? [] : textIn(text, 'filter.text').split(/\s+/).filter(Boolean);
  if (words.length > MAX_WORDS) throw badMember('filter.text', text, `at most ${MAX_WORDS} words`);
  return {
    scopes: scopes === undefined ? [] : textsIn(scopes, 'filter.scopes', MAX_SCOPES),
    words,
    only: classes === undefined ? new Map() : readOnly(classes, layers),
    needsAttention: attention === true,
  };
}

/**
 * `{Streetlight: ['defective'], WasteContainer: []}`: an empty list means all classes of a type; types that are not
 * listed are left out.
 */
function readOnly(value: unknown, layers: readonly JsonObject[]): Map<number, readonly number[]> {
  if (!isJsonObject(value)) throw badMember('filter.classes', value, 'an object: lists of class keys by type');
  const only = new Map<number, readonly number[]>();
  for (const [type, keys] of Object.entries(value)) {
    const layer = layers.findIndex((each) => each.type === type);
    if (layer < 0)
      throw badMember('filter.classes', type, `the type of a layer: ${layers.map((each) => each.type).join(', ')}`);
    const known = [
      ...((layers[layer] as JsonObject).classes as { key: string }[]).map(({ key }) => key),
      UNKNOWN_CLASS,
    ];
    const wanted = textsIn(keys, `filter.classes.${type}`, MAX_CLASSES + 1);
    const places = wanted.map((key) => {
      const place = known.indexOf(key);
      if (place < 0) throw badMember(`filter.classes.${type}`, key, known.join(', '));
      return place;
    });
    only.set(layer, places.length > 0 ? places : known.map((_, place) => place));
  }
  return only;
}

function readBox(value: unknown): MapBox {
  const [west, south, east, north] = arrayOf(value, 'box', 4, 4).map((each) => numberIn(each, 'box', -180, 180));
  const box = [west, south, east, north] as unknown as MapBox; // four numbers
  if (box[0] > box[2] || box[1] > box[3] || box[1] < -90 || box[3] > 90) {
    throw badMember('box', value, '[west, south, east, north] in degrees');
  }
  return box;
}

function attribute(value: unknown, at: string, names: NameExpander): string {
  return expandAttributeName(checkName(value, at), at, names);
}
