import type { FastifyInstance, FastifyRequest } from 'fastify';
import { denied, Unauthenticated } from '../../access/access-error.ts';
import type { Also, StoredKey } from '../../access/access-store.ts';
import { type ApiKey, hashOf, newKey, prefixOf } from '../../access/api-key.ts';
import { isOwnKey, MAX_OWN_KEYS, parseOwnKey } from '../../access/own-key.ts';
import type { Policy } from '../../access/policy.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import { checkMembers } from '../../access/read-members.ts';
import { useOfKey } from '../../access/usage-store.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import type { AccessOperations } from '../ops/ops-access-routes.ts';

type OfId = { Params: { id: string } };

/** For routes that create a key. */
const RECENT = { config: { recentSignIn: true } } as const;
const LONGEST_OVERLAP_MINUTES = 7 * 24 * 60;

/**
 * `/ops/access/me/keys`: API keys that users create for themselves and their organisation, as far as policies allow.
 */
export function ownKeyRoutes(app: FastifyInstance, operations: AccessOperations): void {
  const { access, store, usage } = operations;
  // → {"delegable": [{"id", "title", "may", …}], "keys": [{"id", "prefix", "title", …, "usage": {"requests", …}}]}
  app.get('/ops/access/me/keys', async (request, reply) => {
    const principal = userOf(request);
    await access.metering.write();
    const keys = await Promise.all(
      ownKeys(operations, principal).map(async (key) => ({
        ...shownOwn(key, principal),
        usage: await useOfKey(usage, key.id),
      })),
    );
    const shown = access
      .delegable(principal)
      .map(({ id, title, may, tenants, types }) => ({ id, title, may, tenants, types }));
    return sendJson(reply, { delegable: shown, keys });
  });

  // → 201 with the key itself, which is shown only here.
  app.post('/ops/access/me/keys', RECENT, async (request, reply) => {
    const [principal, delegable] = delegator(operations, request);
    const document = parseOwnKey(request.body, principal, delegable, Date.now());
    return sendJson(reply.code(201), await make(operations, principal, document, MAX_OWN_KEYS));
  });

  app.delete<OfId>('/ops/access/me/keys/:id', async (request, reply) => {
    const principal = userOf(request);
    const { id } = ownKey(operations, principal, request.params.id);
    await store.revokeKey(id, new Date(), noted(operations, principal, 'key.revoke', id));
    await access.reload();
    return reply.code(204).send();
  });
  rotateRoute(app, operations);
}

function rotateRoute(app: FastifyInstance, operations: AccessOperations): void {
  const { access, store } = operations;
  // {"overlapMinutes": 60}: how long the old key stays valid; absent: it becomes invalid at once. → 201 with the new
  // one
  app.post<OfId>('/ops/access/me/keys/:id/rotate', RECENT, async (request, reply) => {
    const [principal, delegable] = delegator(operations, request);
    const { overlapMinutes = 0 } =
      request.body === undefined ? {} : checkMembers(request.body, 'body', ['overlapMinutes']);
    const isLength =
      typeof overlapMinutes === 'number' && overlapMinutes >= 0 && overlapMinutes <= LONGEST_OVERLAP_MINUTES;
    if (!isLength) throw badMember('overlapMinutes', overlapMinutes, `a number from 0 to ${LONGEST_OVERLAP_MINUTES}`);
    const before = ownKey(operations, principal, request.params.id);
    if (!isAlive(before)) throw noSuchKey(before.id);
    const { title, scopes, addresses, limits, owner } = before.document as ApiKey; // in the format in which it was stored
    // Only what the user may delegate now counts, not what was allowed earlier.
    const named = owner?.policies?.filter((id) => delegable.some((policy) => policy.id === id));
    const wished = { title, scopes, ...(named?.length && { policies: named }), addresses, limits };
    const document = parseOwnKey(JSON.parse(JSON.stringify(wished)), principal, delegable, Date.now());
    // If the old key becomes invalid at once it does not count against the limit.
    const made = await make(operations, principal, document, MAX_OWN_KEYS + (overlapMinutes === 0 ? 1 : 0));
    const act = noted(operations, principal, 'key.rotate', before.id, { by: made.id, overlapMinutes });
    const { expiresAt } = before.document as ApiKey; // in the format in which it was stored
    const ends = earlierOf(expiresAt, new Date(Date.now() + overlapMinutes * 60_000).toISOString());
    if (overlapMinutes === 0) await store.revokeKey(before.id, new Date(), act);
    else await store.updateKey(before.id, { ...(before.document as ApiKey), expiresAt: ends }, act);
    await access.reload();
    return sendJson(reply.code(201), made);
  });
}

/** @throws NgsiLdError AccessDenied: the maximum number of keys is reached */
async function make(operations: AccessOperations, principal: Principal, document: ApiKey, most: number) {
  const { access, store } = operations;
  const { id, key } = newKey();
  const act = noted(operations, principal, 'key.create', id, document);
  if (!(await store.insertOwnKey(id, hashOf(key), document, most, act))) {
    throw denied(`There are ${MAX_OWN_KEYS} keys already, the maximum per user`);
  }
  await access.reload();
  return { id, prefix: prefixOf(id), key, ...shownDocument(document) };
}

function noted(
  { audit }: AccessOperations,
  principal: Principal,
  action: string,
  object: string,
  details: object = {},
): Also {
  const act = { actor: actorOf(principal), action, object, tenant: '', outcome: 'done' as const, details };
  return (tx) => audit.appendIn(tx, act);
}

/** @throws NgsiLdError AccessDenied: the user has no rights to delegate */
function delegator(
  { access }: AccessOperations,
  request: FastifyRequest,
): [principal: Principal, delegable: readonly Policy[]] {
  const principal = userOf(request);
  const delegable = access.delegable(principal);
  if (delegable.length === 0) throw denied('Lacking: a policy that lets this user make keys (delegable)');
  return [principal, delegable];
}

function ownKeys({ access }: AccessOperations, principal: Principal): readonly StoredKey[] {
  const mayDelegate = access.delegable(principal).length > 0;
  return access.keys.filter((key) => isOwnKey(key, principal, mayDelegate));
}

function ownKey(operations: AccessOperations, principal: Principal, id: string): StoredKey {
  const key = ownKeys(operations, principal).find((each) => each.id === id && each.revokedAt === undefined);
  if (key === undefined) throw noSuchKey(id);
  return key;
}

/** @throws Unauthenticated; NgsiLdError AccessDenied: only people may create keys, keys may not */
function userOf({ access }: FastifyRequest): Principal {
  if (access === null || access.principal.kind === 'anonymous') throw new Unauthenticated('Expected a token of a user');
  if (access.principal.kind !== 'token') throw denied('Lacking: a token of a user; keys can not create keys');
  if (access.principal.actions?.length === 0) throw denied('Lacking: a scope such as alzette:read in the token');
  return access.principal;
}

function noSuchKey(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no key ${id} of yours that is valid`);
}

function earlierOf(one: string | undefined, other: string): string {
  return one !== undefined && Date.parse(one) < Date.parse(other) ? one : other;
}

function isAlive({ document, revokedAt }: StoredKey): boolean {
  const { expiresAt } = document as ApiKey; // in the format in which it was stored
  return revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > Date.now());
}

function shownOwn(key: StoredKey, { id }: Principal): object {
  const { document, createdAt, revokedAt, lastUsedAt } = key;
  const { owner } = document as ApiKey; // in the format in which it was stored
  return {
    id: key.id,
    prefix: prefixOf(key.id),
    ...shownDocument(document as ApiKey),
    isMine: owner?.subject === id,
    createdAt,
    revokedAt,
    lastUsedAt,
  };
}

function shownDocument({ title, scopes, organisation, expiresAt, addresses, limits, owner }: ApiKey): object {
  return { title, scopes, organisation, expiresAt, addresses, limits, policies: owner?.policies };
}
