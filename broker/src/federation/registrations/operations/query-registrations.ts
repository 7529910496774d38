import { matchesQ } from '../../../query/q/match-q.ts';
import { attributesOf, type QNode } from '../../../query/q/q-tree.ts';
import { matchRegistration, type RegistrationMatch, type RegistrationQuery } from '../match-registration.ts';
import { openRegistration } from '../open-registration.ts';
import type { RegistrationDocument } from '../registration-document.ts';
import type { StoredRegistration } from '../registration-store.ts';
import { representRegistration } from '../represent-registration.ts';
import type { RegistrationParts } from './create-registration.ts';
import type { RegistrationView } from './retrieve-registration.ts';

/** Names of the core context are members of registrations or entities, never Context Source Properties. */
const CORE = /^https:\/\/uri\.etsi\.org\/ngsi-ld\/[^/]+$/;

/** Criteria of a query for registrations (5.10.2). */
export interface RegistrationDiscovery extends RegistrationQuery {
  /** A condition on entities, whose attributes it names; or on the registration itself if it has such a property. */
  readonly q?: QNode;
}

interface RegistrationList {
  readonly registrations: Record<string, unknown>[];
  readonly total: number;
}

/** Query Context Source Registrations (5.10.2): a page in order of creation. */
export async function queryRegistrations(
  { registrations }: RegistrationParts,
  tenant: string,
  { q, ...discovery }: RegistrationDiscovery,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  { context, sysAttrs, version }: RegistrationView,
): Promise<RegistrationList> {
  await registrations.settled();
  const named = q === undefined ? [] : [...attributesOf(q)];
  const attributes = new Set([...(discovery.attributes ?? []), ...named]);
  const query = { ...discovery, attributes };
  const found = registrations.index.search(tenant, query).filter((match) => !contradicts(match, q, named));
  found.sort(byCreation);
  const page = found.slice(offset, offset + limit).map(({ registration }) => registration.id);
  const stored = page.length === 0 ? [] : await registrations.store.list(tenant, page);
  return {
    total: found.length,
    registrations: stored.map((each) =>
      representRegistration(version === '2.0' ? relevantPart(tenant, each, query) : each, context, sysAttrs, version),
    ),
  };
}

/**
 * A registration with only those elements of its information that match. 5.10.2.5 recommends it, but the official suite of
 * 1.9.1 expects whole registrations.
 */
function relevantPart(tenant: string, stored: StoredRegistration, query: RegistrationQuery): StoredRegistration {
  const document = stored.document as RegistrationDocument; // written only by this broker
  const registration = openRegistration(tenant, document, stored.createdAt);
  const match = matchRegistration(registration, query, Date.now());
  if (match === undefined) return stored; // it was changed meanwhile
  const information = document.information.filter((_, index) =>
    match.information.some((info) => info === registration.information[index]),
  );
  return { ...stored, document: { ...document, information } };
}

function contradicts({ registration }: RegistrationMatch, q: QNode | undefined, named: readonly string[]): boolean {
  const { self } = registration;
  const asked = named.some((name) => !CORE.test(name) && Object.hasOwn(self.attributes, name));
  return q !== undefined && asked && !matchesQ(q, self);
}

function byCreation(
  { registration: { self: one } }: RegistrationMatch,
  { registration: { self: other } }: RegistrationMatch,
) {
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
