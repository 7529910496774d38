import { refused } from '@alzette/kit/problems';
import type { Channel } from '../contract/contract.ts';
import type { ServiceChannels } from '../senders/service-channel.ts';
import { type Settings, TELEPHONE_PROVIDERS } from '../senders/telephone.ts';

/** Channels that always exist. */
export const BUILT_IN: readonly string[] = ['email', 'push'];
/** Ids that are reserved for one kind, and ids that are path segments. */
const RESERVED: { readonly [id: string]: Channel['kind'] | undefined } = { sms: 'sms', voice: 'voice' };
const PATHS = new Set([...BUILT_IN, 'recipients', 'groups', 'rosters', 'messages', 'providers']);

interface Needs {
  readonly settings: readonly string[];
  readonly optional: readonly string[];
  readonly secrets: readonly string[];
}
const NEEDS: { readonly [kind in 'webhook' | 'matrix']: Needs } = {
  webhook: { settings: ['url'], optional: [], secrets: ['key'] },
  matrix: { settings: ['homeserver', 'room'], optional: [], secrets: ['accessToken'] },
};

/** @throws Problem 400: the id is reserved, or a setting is missing, unknown or not a URL */
export function checkChannel(
  id: string,
  channel: Channel,
  secret: Settings | undefined,
  others: ServiceChannels,
): void {
  const { kind, provider, settings } = channel;
  if (PATHS.has(id)) throw refused('id', id, `a value other than ${[...PATHS].join(', ')}`);
  const meant = RESERVED[id];
  if (meant !== undefined && meant !== kind) throw refused('kind', kind, `${meant}, because the id is ${id}`);
  const needs = needsOf(kind, provider, others);
  checkNames('settings', settings, needs.settings, needs.optional);
  if (secret !== undefined) checkNames('secret', secret, needs.secrets, []);
  for (const name of ['url', 'homeserver', 'endpoint']) {
    const value = settings[name];
    const url = value === undefined ? undefined : URL.parse(value);
    if (value !== undefined && (url === null || !/^https?:$/.test(url?.protocol ?? ''))) {
      throw refused(`settings.${name}`, value, 'an absolute URL, http or https');
    }
  }
}

/** The settings of a channel that are stored encrypted. */
export function secretsOf({ kind, provider }: Channel, others: ServiceChannels): readonly string[] {
  return needsOf(kind, provider, others).secrets;
}

function needsOf(kind: Channel['kind'], provider: string | undefined, others: ServiceChannels): Needs {
  if (kind === 'webhook' || kind === 'matrix') {
    if (provider !== undefined) throw refused('provider', provider, 'no provider, because this kind has none');
    return NEEDS[kind];
  }
  if (kind === 'service') {
    const {
      settings,
      optional = [],
      secrets = [],
    } = others.get(provider ?? '') ?? refuseProvider(provider, others.keys());
    return { settings, optional, secrets };
  }
  const known =
    provider !== undefined && Object.hasOwn(TELEPHONE_PROVIDERS, provider) ? TELEPHONE_PROVIDERS[provider] : undefined;
  if (known?.kinds.includes(kind)) return known;
  const names = Object.entries(TELEPHONE_PROVIDERS).filter(([, each]) => each.kinds.includes(kind));
  return refuseProvider(
    provider,
    names.map(([name]) => name),
  );
}

function refuseProvider(provider: string | undefined, known: Iterable<string>): never {
  throw refused('provider', provider, `one of ${[...known].join(', ')}`);
}

function checkNames(member: string, given: Settings, needed: readonly string[], optional: readonly string[]): void {
  const lacking = needed.find((name) => given[name] === undefined);
  if (lacking !== undefined) throw refused(`${member}.${lacking}`, undefined, 'a value');
  const known = [...needed, ...optional];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refused(`${member}.${unknown}`, given[unknown], `one of ${known.join(', ')}`);
}
