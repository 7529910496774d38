import type { Action, StoredPolicy } from '@alzette/broker/contract';
import { access } from '../../../broker/operations.ts';
import type { FieldValues } from '../../../kit/resource/resource.ts';

export const ACTS = ['read', 'write', 'propose', 'administer'] as const satisfies readonly Action[];

export type Policy = StoredPolicy;

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

/** The territory's @context expands names: an unexpanded short name would match nothing. */
export function putPolicy({ id, builtIn: _, ...policy }: Policy): Promise<void> {
  return access.savePolicy({ params: { id }, body: policy });
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
    may: (list('may') ?? []) as Action[],
    ...(types && { types }),
    ...(scopes && { scopeQ: scopes.join(',') }),
    ...(attributes && { attributes }),
    ...(exceptAttributes && { exceptAttributes }),
  };
}
