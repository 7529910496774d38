import { badMember, checkDateTime } from '../model/values.ts';
import type { StoredKey } from './access-store.ts';
import { type ApiKey, networkList } from './api-key.ts';
import { parseLimits } from './limits.ts';
import type { Policy } from './policy.ts';
import type { Action, Principal } from './principal.ts';
import { checkMembers, optionalText, textList, wordList } from './read-members.ts';

const MEMBERS = ['title', 'policies', 'scopes', 'expiresAt', 'addresses', 'limits'];
const DELEGATED = ['read', 'write'] as const satisfies readonly Action[];
const LONGEST_LIFE_MS = 366 * 24 * 60 * 60 * 1000;

/** The maximum per user, and per organisation. */
export const MAX_OWN_KEYS = 25;

/**
 * Reads a key that a user requests. Its rights come from delegable policies of the user, and it is valid for at most
 * one year.
 *
 * @param delegable the policies for which the user may create keys; at least one
 *
 * @throws NgsiLdError BadRequestData: names the member
 */
export function parseOwnKey(body: unknown, principal: Principal, delegable: readonly Policy[], now: number): ApiKey {
  const given = checkMembers(body, 'key', MEMBERS);
  const title = optionalText(given.title, 'title');
  if (title === undefined) throw badMember('title', undefined, 'what the key is for');
  const ids = delegable.map(({ id }) => id);
  const policies = textList(given.policies, 'policies');
  const other = policies?.find((id) => !ids.includes(id));
  if (other !== undefined) throw badMember('policies', other, `one of ${ids.join(', ')}`);
  const possible = DELEGATED.filter(
    (action) =>
      principal.actions?.includes(action) !== false &&
      delegable.some(({ id, may }) => may.includes(action) && policies?.includes(id) !== false),
  );
  const scopes = wordList(given.scopes, 'scopes', possible) ?? possible.slice(0, 1);
  const latest = new Date(now + LONGEST_LIFE_MS).toISOString();
  const expiresAt = given.expiresAt === undefined ? latest : checkDateTime(given.expiresAt, 'expiresAt');
  if (Date.parse(expiresAt) > Date.parse(latest) || Date.parse(expiresAt) <= now) {
    throw badMember('expiresAt', expiresAt, `a future time, at most ${latest}`);
  }
  const addresses = textList(given.addresses, 'addresses');
  if (addresses) networkList(addresses);
  const { id, issuer, roles, groups, organisation } = principal;
  return {
    title,
    roles,
    groups,
    ...(organisation !== undefined && { organisation }),
    scopes,
    expiresAt,
    ...(addresses && { addresses }),
    ...(given.limits !== undefined && { limits: parseLimits(given.limits) }),
    owner: { subject: id, ...(issuer !== undefined && { issuer }), ...(policies && { policies }) },
  };
}

/**
 * Whether a key belongs to the principal or, for those who may create keys, to their organisation. An organisation of
 * the same name at another issuer is a different one.
 */
export function isOwnKey({ document }: StoredKey, principal: Principal, mayDelegate: boolean): boolean {
  const { id, issuer, trust, organisation } = principal;
  const { owner, organisation: of } = document as ApiKey; // in the format in which it was stored
  if (owner === undefined) return false;
  if (owner.issuer === undefined ? trust !== undefined : owner.issuer !== issuer) return false;
  return owner.subject === id || (mayDelegate && of !== undefined && of === organisation);
}
