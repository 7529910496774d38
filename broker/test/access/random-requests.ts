import { ATTRIBUTES, type Draw, type RandomEntity } from './random-world.ts';

export interface RandomRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: object;
  readonly accept: string;
}

const NUMBERS = ['==', '!=', '<', '<=', '>', '>='] as const;
const TEXTS = ['==', '!=', '~=', '!~=', '<', '>'] as const;
const AGGREGATES = ['totalCount', 'distinctCount', 'max', 'min', 'sum', 'avg', 'stddev', 'sumsq'] as const;

/** A query for entities, present or temporal, with all attributes including hidden ones. */
export function randomRequest(draw: Draw, entities: readonly RandomEntity[]): RandomRequest {
  const { below, chance, of, some } = draw;
  const accept = chance(0.1) ? 'application/geo+json' : 'application/json';
  const kind = of(['query', 'query', 'query', 'post', 'retrieve', 'temporal', 'temporal', 'history', 'names', 'map']);
  const id = () => of(entities).id;
  const attribute = () => of(ATTRIBUTES);
  if (kind === 'names') {
    const url = of([
      '/types',
      '/types?details=true',
      '/types/Lamp',
      '/types/Box',
      '/attributes',
      '/attributes?details=true',
    ]);
    return { method: 'GET', url: chance(0.3) ? `/attributes/${attribute()}` : url, accept: 'application/json' };
  }

  const parameters = new Map<string, string>();
  const set = (share: number, name: string, value: () => string) => {
    if (chance(share)) parameters.set(name, value());
  };
  const isTemporal = kind === 'temporal' || kind === 'history';
  shape();
  if (kind === 'retrieve') return { method: 'GET', url: url(`/entities/${id()}`), accept };
  if (isTemporal) overTime();
  if (kind === 'history') return { method: 'GET', url: url(`/temporal/entities/${id()}`), accept: 'application/json' };

  filter();
  if (kind === 'temporal') return { method: 'GET', url: url('/temporal/entities'), accept: 'application/json' };
  if (kind === 'post') {
    const { type = 'Lamp', q, attrs, scopeQ } = Object.fromEntries(parameters);
    for (const name of ['type', 'q', 'attrs', 'scopeQ', 'id', 'idPattern']) parameters.delete(name);
    const body = {
      type: 'Query',
      entities: type.split(',').map((each) => ({ type: each })),
      ...(q && { q }),
      ...(scopeQ && { scopeQ }),
      ...(attrs && { attrs: attrs.split(',') }),
    };
    return { method: 'POST', url: url('/entityOperations/query'), body, accept };
  }
  if (kind === 'map') parameters.set('entityMap', 'true');
  return { method: 'GET', url: url('/entities'), accept };

  function shape(): void {
    const projection = of(['attrs', 'pick', 'omit', 'none']);
    if (projection === 'pick') parameters.set('pick', ['id', ...some(ATTRIBUTES)].join());
    else if (projection !== 'none') parameters.set(projection, some(ATTRIBUTES).join());
    if (isTemporal) return;
    set(0.3, 'format', () => of(['simplified', 'concise', 'normalized']));
    set(0.15, 'lang', () => of(['fr', 'en', '*']));
    set(0.2, 'datasetId', () => of(['urn:d:1', '@none', 'urn:d:1,urn:d:2']));
    if (chance(0.3)) {
      parameters.set('join', of(['inline', 'flat']));
      parameters.set('joinLevel', of(['1', '2']));
    }
  }

  function filter(): void {
    if (chance(0.75)) parameters.set('type', some(['Lamp', 'Box', 'Person']).join());
    else if (chance(0.5)) parameters.set('id', Array.from({ length: 1 + below(5) }, id).join());
    else parameters.set('local', 'true');
    set(0.15, 'idPattern', () => of(['[0-4]$', ':1']));
    set(0.6, 'q', () => query(2));
    set(0.25, 'scopeQ', () => of(['/A', '/A/#', '/B/+', '/C;/A', '/B,/C']));
    if (chance(0.3)) around();
    set(0.5, 'count', () => 'true');
    set(0.4, 'limit', () => of(['1', '2', '5', '100']));
    set(0.3, 'offset', () => String(below(6)));
    if (isTemporal) return;
    if (chance(0.15)) {
      parameters.set('orderBy', 'distance');
      parameters.set('orderFrom', '[0.5,0.5]');
    } else set(0.3, 'orderBy', () => `${attribute()}${of(['', ';desc', ';asc'])}`);
  }

  function around(): void {
    const isNear = chance(0.5);
    parameters.set('georel', isNear ? `near;${of(['maxDistance', 'minDistance'])}==${of([20_000, 40_000])}` : 'within');
    parameters.set('geometry', isNear ? 'Point' : 'Polygon');
    parameters.set(
      'coordinates',
      isNear ? '[0.5,0.5]' : '[[[0.15,0.15],[0.75,0.15],[0.75,0.75],[0.15,0.75],[0.15,0.15]]]',
    );
    set(0.4, 'geoproperty', () => of(['place', 'location', 'kind']));
  }

  function query(depth: number): string {
    if (depth > 0 && chance(0.3)) return `(${query(depth - 1)}${of([';', '|'])}${query(depth - 1)})`;
    const known = of(entities);
    const held = (name: string) => (known[name] as { value?: unknown } | undefined)?.value;
    switch (of(['text', 'number', 'kind', 'there', 'sub', 'label', 'linked'])) {
      case 'text':
        return `name${of(TEXTS)}"${held('name') ?? 'v1'}"`;
      case 'number':
        return `level${of(NUMBERS)}${held('level') ?? 5_100_007}`;
      case 'kind':
        return `kind${of(['==', '!='])}"${of(['red', 'green', 'blue'])}"`;
      case 'there':
        return attribute();
      case 'sub':
        return `level.unit~="${of(['1', 'v10'])}"`;
      case 'label':
        return `label[fr]~="${of(['1', '2', '3'])}"`;
      default:
        return `keeper{${of(['Lamp', 'Box', 'Person'])}:${of(['name', 'kind=="red"', 'level>5100020'])}}`;
    }
  }

  function overTime(): void {
    parameters.set('timerel', 'after');
    parameters.set('timeAt', of(['2020-01-01T00:00:00Z', '2026-01-02T03:30:00Z', '2026-01-04T00:00:00Z']));
    set(0.2, 'lastN', () => of(['1', '2']));
    if (chance(0.4)) {
      parameters.set('options', 'aggregatedValues');
      parameters.set('aggrMethods', some(AGGREGATES).join());
      parameters.set('aggrPeriodDuration', of(['PT0S', 'P1D', 'PT1H']));
    } else set(0.5, 'options', () => 'temporalValues');
  }

  function url(path: string): string {
    const query = [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return query === '' ? path : `${path}?${query}`;
  }
}
