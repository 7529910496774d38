import { ask } from '@alzette/web/asking';
import { contextLink } from '../../../broker/context-link.ts';
import type { FieldValues } from '../../../kit/resource/resource.ts';

export const ACTS = ['read', 'write', 'propose', 'administer'] as const;
type PolicyAct = (typeof ACTS)[number];

export interface Policy {
  readonly id: string;
  readonly title?: string;
  readonly who: {
    readonly roles?: readonly string[];
    readonly groups?: readonly string[];
    /** Programs, and keys that name one. */
    readonly clients?: readonly string[];
    readonly organisations?: readonly string[];
    readonly anyone?: boolean;
    readonly signedIn?: boolean;
  };
  readonly may: readonly PolicyAct[];
  readonly types?: readonly string[];
  readonly scopeQ?: string;
  readonly attributes?: readonly string[];
  readonly exceptAttributes?: readonly string[];
  readonly builtIn?: boolean;
}

const PUBLIC_PREFIX = 'public-';
/** The scope query of whatever the organisation of the caller may see. */
export const OWN_SCOPE = '/{organisation}/#';

/** The alternatives of a scope query. */
export function partsOf(scopeQ: string | undefined): readonly string[] {
  return scopeQ?.split(',') ?? [];
}

/**
 * The initial policies of a territory. The names of the roles say what they may do. A contractor is limited to the
 * scope of their organisation, and the public reads what the citizens' app shows.
 */
export const USUAL_POLICIES: readonly Policy[] = [
  { id: 'analysts', title: 'Analysts read everything', who: { roles: ['analyst'] }, may: ['read'] },
  { id: 'operators', title: 'Operators run the equipment', who: { roles: ['operator'] }, may: ['read', 'write'] },
  { id: 'duty', title: 'The night duty takes alarms', who: { roles: ['duty'] }, may: ['read', 'write'] },
  { id: 'elected-members', title: 'Elected members read everything', who: { roles: ['elected'] }, may: ['read'] },
  {
    id: 'contractors',
    title: 'Contractors work in the scope of their organisation',
    who: { roles: ['contractor'] },
    may: ['read', 'write'],
    scopeQ: OWN_SCOPE,
  },
  ...['Streetlight', 'StreetlightControlCabinet', 'WasteContainer', 'WeatherObserved', 'AirQualityObserved'].map(
    publicPolicy,
  ),
];

/** Lets everybody read a type. */
export function publicPolicy(type: string): Policy {
  return {
    id: `${PUBLIC_PREFIX}${type}`,
    title: `Public: ${type}`,
    who: { anyone: true },
    may: ['read'],
    types: [type],
  };
}

/** The types that a policy of their own opens to the public. */
export function openTypes(policies: readonly Policy[]): string[] {
  return policies.flatMap(({ id }) => (id.startsWith(PUBLIC_PREFIX) ? id.slice(PUBLIC_PREFIX.length) : []));
}

export function readPolicies(signal?: AbortSignal): Promise<Policy[]> {
  return ask('GET', '/ops/access/policies', undefined, signal, contextLink());
}

/** The territory's @context expands names: an unexpanded short name would match nothing. */
export function putPolicy({ id, builtIn: _, ...policy }: Policy): Promise<void> {
  return ask('PUT', `/ops/access/policies/${encodeURIComponent(id)}`, policy, undefined, contextLink());
}

export function deletePolicy(id: string): Promise<void> {
  return ask('DELETE', `/ops/access/policies/${encodeURIComponent(id)}`);
}

/**
 * The values of a policy's form. `who` is one of: everybody, signed-in users, or certain roles, groups and
 * organisations.
 */
export function valuesOf({ id, title, who, may, types, scopeQ, attributes, exceptAttributes }: Policy): FieldValues {
  return {
    id,
    title,
    who: who.anyone ? 'anyone' : who.signedIn ? 'signedIn' : 'roles',
    roles: who.roles ?? [],
    groups: who.groups ?? [],
    organisations: who.organisations ?? [],
    may,
    types: types ?? [],
    scopeQ: partsOf(scopeQ),
    attributes: attributes ?? [],
    exceptAttributes: exceptAttributes ?? [],
  };
}

export function policyOf(values: FieldValues): Policy {
  const list = (key: string): readonly string[] | undefined => {
    const value = values[key];
    return Array.isArray(value) && value.length > 0 ? (value as string[]) : undefined;
  };
  const { id, title, who } = values;
  const [roles, groups, organisations, types, scopes, attributes, exceptAttributes] = [
    'roles',
    'groups',
    'organisations',
    'types',
    'scopeQ',
    'attributes',
    'exceptAttributes',
  ].map(list);
  return {
    id: String(id ?? ''),
    ...(typeof title === 'string' && { title }),
    who:
      who === 'anyone'
        ? { anyone: true }
        : who === 'signedIn'
          ? { signedIn: true }
          : { ...(roles && { roles }), ...(groups && { groups }), ...(organisations && { organisations }) },
    may: (list('may') ?? []) as readonly PolicyAct[],
    ...(types && { types }),
    ...(scopes && { scopeQ: scopes.join(',') }),
    ...(attributes && { attributes }),
    ...(exceptAttributes && { exceptAttributes }),
  };
}
