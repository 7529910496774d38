import type { SavedKey, StoredKey } from '@alzette/broker/contract';
import { access } from '../../../broker/operations.ts';
import { slug } from '../../../format/slug.ts';
import { type Policy, partsOf, putPolicy } from './policies.ts';

/** The key of a partner, with the policy that belongs to it alone. */
export interface Partner {
  /** The policy's id, and the client that the key names. */
  readonly id: string;
  readonly key: StoredKey;
  readonly policy: Policy;
  /** Requests that are kept in the usage. */
  readonly requests: number;
  readonly refused: number;
}

/** What the form of a partner says. */
export interface Wished {
  readonly title: string;
  readonly types: readonly string[];
  /** Scopes of communes; none: the whole territory. */
  readonly communes: readonly string[];
  /** None: all. */
  readonly attributes: readonly string[];
  readonly writes: boolean;
  readonly perMinute?: number;
  readonly expiresAt?: string;
}

const PREFIX = 'partner-';

export async function readPartners(signal: AbortSignal): Promise<Partner[]> {
  const [keys, policies, usage] = await Promise.all([
    access.keys({ signal }),
    access.policies({ signal }),
    access.usage({ signal }),
  ]);
  return keys.flatMap((key) => {
    const policy = policies.find(({ id }) => id.startsWith(PREFIX) && id === key.client);
    if (policy === undefined) return [];
    const own = usage.filter(({ consumer }) => consumer === `key:${key.id}`);
    const sum = (of: 'requests' | 'refused') => own.reduce((total, hour) => total + hour[of], 0);
    return [{ id: policy.id, key, policy, requests: sum('requests'), refused: sum('refused') }];
  });
}

/**
 * Creates the policy, which nothing else uses, and then the key. Without the key the policy is removed again.
 *
 * @returns the key, which is told once
 */
export async function addPartner(wished: Wished): Promise<string> {
  const id = `${PREFIX}${slug(wished.title).slice(0, 40)}-${crypto.randomUUID().slice(0, 8)}`;
  await putPolicy(policyOf(id, wished));
  try {
    return (await access.createKey({ body: keyOf(id, wished) })).key;
  } catch (cause) {
    await access.deletePolicy({ params: { id } }).catch(() => undefined); // the reason to tell is why there is no key
    throw cause;
  }
}

export async function changePartner({ id, key }: Partner, wished: Wished): Promise<void> {
  await putPolicy(policyOf(id, wished));
  await access.changeKey({ params: key, body: keyOf(id, wished) });
}

/** The key first: it must not outlive the partner. */
export async function removePartner({ id, key }: Partner): Promise<void> {
  if (!key.revokedAt) await access.revokeKey({ params: key });
  await access.deletePolicy({ params: { id } });
}

export function wishedOf({ key, policy }: Partner): Wished {
  const perMinute = key.limits?.find(({ per }) => per === 'minute')?.requests;
  return {
    title: key.title,
    types: policy.types ?? [],
    communes: partsOf(policy.scopeQ).map((part) => part.replace(/\/#$/, '')),
    attributes: policy.attributes ?? [],
    writes: policy.may.includes('write'),
    ...(perMinute !== undefined && { perMinute }),
    ...(key.expiresAt && { expiresAt: key.expiresAt }),
  };
}

function policyOf(id: string, { title, types, communes, attributes, writes }: Wished): Policy {
  return {
    id,
    title,
    who: { clients: [id] },
    may: writes ? ['read', 'write'] : ['read'],
    types,
    ...(communes.length > 0 && { scopeQ: communes.map((scope) => `${scope}/#`).join(',') }),
    ...(attributes.length > 0 && { attributes }),
  };
}

function keyOf(id: string, { title, writes, perMinute, expiresAt }: Wished): SavedKey {
  return {
    title,
    client: id,
    scopes: writes ? ['read', 'write'] : ['read'],
    ...(perMinute !== undefined && { limits: [{ requests: perMinute, per: 'minute' }] }),
    ...(expiresAt && { expiresAt }),
  };
}
