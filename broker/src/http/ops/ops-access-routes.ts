import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import { denied } from '../../access/access-error.ts';
import type { AccessStore, Also, StoredKey } from '../../access/access-store.ts';
import { type ApiKey, hashOf, newKey, parseKey, prefixOf } from '../../access/api-key.ts';
import type { AuditStore } from '../../access/audit.ts';
import { parseLimits } from '../../access/limits.ts';
import { ADMINISTRATORS, parsePolicy } from '../../access/policy.ts';
import { ANONYMOUS, actorOf } from '../../access/principal.ts';
import { checkMembers, optionalText } from '../../access/read-members.ts';
import type { UsageStore } from '../../access/usage-store.ts';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember, checkDateTime, isJsonObject } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import { readParameters } from '../requests/parameters.ts';
import { parameters as names } from '../requests/resource.ts';

export interface AccessOperations {
  readonly access: Access;
  readonly store: AccessStore;
  readonly usage: UsageStore;
  readonly audit: AuditStore;
  readonly contexts: Contexts;
}

type OfId = { Params: { id: string } };
/** Records an audit entry in the transaction of the action. */
type Noted = (request: FastifyRequest, action: string, object: string, details?: object) => Also;

/** For routes that create long-lived credentials. */
const RECENT = { config: { recentSignIn: true } } as const;
const LATEST_USAGE_MS = 24 * 60 * 60 * 1000;

/** `/ops/access`: policies, keys, limits, sign-outs and usage, for administrators of the broker. */
export function opsAccessRoutes(app: FastifyInstance, operations: AccessOperations): void {
  const { audit } = operations;
  const noted: Noted = (request, action, object, details = {}) => {
    const actor = actorOf(request.access?.principal ?? ANONYMOUS);
    return (tx) => audit.appendIn(tx, { actor, action, object, tenant: '', outcome: 'done', details });
  };
  policyRoutes(app, operations, noted);
  keyRoutes(app, operations, noted);
  limitRoutes(app, operations, noted);
}

function keyRoutes(app: FastifyInstance, { access, store }: AccessOperations, noted: Noted): void {
  // → [{"id", "prefix", "title", "roles", "scopes", "createdAt", "lastUsedAt", …}]
  app.get('/ops/access/keys', (_request, reply) => sendJson(reply, access.keys.map(shownKey)));

  // → 201 with the key itself, which is shown only here.
  app.post('/ops/access/keys', RECENT, async (request, reply) => {
    const document = parseKey(request.body);
    checkScopes(request, document);
    const { id, key } = newKey();
    await store.insertKey(id, hashOf(key), document, noted(request, 'key.create', id, document));
    await access.reload();
    return sendJson(reply.code(201).header('Location', `/ops/access/keys/${id}`), {
      id,
      prefix: prefixOf(id),
      key,
      ...document,
    });
  });

  app.get<OfId>('/ops/access/keys/:id', ({ params }, reply) => {
    const key = access.keys.find((each) => each.id === params.id);
    if (key === undefined) throw noKey(params.id);
    return sendJson(reply, shownKey(key));
  });

  app.put<OfId>('/ops/access/keys/:id', RECENT, async (request, reply) => {
    const { id } = request.params;
    // The owner stays: the key never has more rights than its owner may delegate.
    const { owner } = (access.keys.find((key) => key.id === id)?.document ?? {}) as Partial<ApiKey>; // in the format in which it was stored
    const document = { ...parseKey(request.body), ...(owner && { owner }) };
    checkScopes(request, document);
    if (!(await store.updateKey(id, document, noted(request, 'key.update', id, document)))) throw noKey(id);
    await access.reload();
    return reply.code(204).send();
  });

  // The key becomes invalid and stays in the list.
  app.delete<OfId>('/ops/access/keys/:id', async (request, reply) => {
    const { id } = request.params;
    if (!(await store.revokeKey(id, new Date(), noted(request, 'key.revoke', id)))) throw noKey(id);
    await access.reload();
    return reply.code(204).send();
  });
}

function limitRoutes(app: FastifyInstance, { access, store, usage }: AccessOperations, noted: Noted): void {
  // {"subject": "…", "issuer": "…"}: revokes the tokens issued to the subject until now, for example when a user is
  // signed out or loses a role.
  app.post('/ops/access/revocations', async (request, reply) => {
    const body = checkMembers(request.body, 'body', ['subject', 'issuer', 'before']);
    const subject = optionalText(body.subject, 'subject');
    if (subject === undefined) throw badMember('subject', undefined, 'the sub of the tokens');
    const issuer = optionalText(body.issuer, 'issuer');
    if (!access.issuers.isKnown(issuer)) throw badMember('issuer', issuer, 'one that OIDC_ISSUER names');
    const before = body.before === undefined ? nextSecond() : new Date(checkDateTime(body.before, 'before'));
    const act = noted(request, 'tokens.revoke', subject, { before, issuer });
    await store.revokeTokens(access.issuers.revocationOf(subject, issuer), before, act);
    await access.reload();
    return reply.code(204).send();
  });

  app.get('/ops/access/limits', (_request, reply) =>
    sendJson(
      reply,
      [...access.limits].map(([consumer, limits]) => ({ consumer, limits })),
    ),
  );

  // [{"requests": 100, "per": "minute"}] for client:…, key:…, subject:… or anonymous; the last applies to each address.
  app.put<OfId>('/ops/access/limits/:id', async (request, reply) => {
    const consumer = consumerIn(request.params.id);
    const limits = parseLimits(request.body);
    await store.saveLimits(consumer, limits, noted(request, 'limits.save', consumer, { limits }));
    await access.reload();
    return reply.code(204).send();
  });

  app.delete<OfId>('/ops/access/limits/:id', async (request, reply) => {
    const { id } = request.params;
    if (!(await store.removeLimits(id, noted(request, 'limits.remove', id)))) {
      throw new NgsiLdError('ResourceNotFound', `There are no limits of ${id}`);
    }
    await access.reload();
    return reply.code(204).send();
  });

  // By hour and consumer, for the last day unless since and before are given.
  app.get('/ops/access/usage', async (request, reply) => {
    const parameters = readParameters(request.query, names('since', 'before', 'consumer'));
    const since =
      parameters.since === undefined
        ? new Date(Date.now() - LATEST_USAGE_MS)
        : new Date(checkDateTime(parameters.since, 'since'));
    const before =
      parameters.before === undefined ? new Date(8.64e15 / 100) : new Date(checkDateTime(parameters.before, 'before'));
    await access.metering.write();
    return sendJson(reply, await usage.usage(since, before, parameters.consumer));
  });
}

function policyRoutes(app: FastifyInstance, { access, store, contexts }: AccessOperations, noted: Noted): void {
  app.get('/ops/access/policies', (_request, reply) =>
    sendJson(reply, [{ ...ADMINISTRATORS, builtIn: true }, ...access.policies]),
  );

  app.get<OfId>('/ops/access/policies/:id', (request, reply) => {
    const { id } = request.params;
    const policy = [ADMINISTRATORS, ...access.policies].find((each) => each.id === id);
    if (policy === undefined) throw noPolicy(id);
    return sendJson(reply, policy);
  });

  app.post('/ops/access/policies', async (request, reply) => {
    const id = isJsonObject(request.body) ? request.body.id : undefined;
    if (typeof id !== 'string') throw badMember('id', id, 'a name for the policy');
    if (access.policies.some((each) => each.id === id)) {
      throw new NgsiLdError('AlreadyExists', `Policy ${id} already exists`);
    }
    await save(request, id);
    return reply.code(201).header('Location', `/ops/access/policies/${id}`).send();
  });

  app.put<OfId>('/ops/access/policies/:id', async (request, reply) => {
    const isNew = await save(request, request.params.id);
    return reply.code(isNew ? 201 : 204).send();
  });

  app.delete<OfId>('/ops/access/policies/:id', async (request, reply) => {
    const { id } = request.params;
    if (!(await store.removePolicy(id, noted(request, 'policy.remove', id)))) throw noPolicy(id);
    await access.reload();
    return reply.code(204).send();
  });

  /** Names are expanded with the @context of the body, of the Link header, or of the tenant. */
  async function save(request: FastifyRequest, id: string): Promise<boolean> {
    const { '@context': embedded, ...body } = isJsonObject(request.body) ? request.body : { policy: request.body };
    const context = await contexts.resolve(
      embedded ?? parseContextLink(request.headers.link) ?? request.interop?.defaultContext,
    );
    const policy = parsePolicy(body, id, context);
    const isNew = await store.savePolicy(id, policy, noted(request, 'policy.save', id, policy));
    await access.reload();
    return isNew;
  }
}

/** @throws NgsiLdError AccessDenied: the key would have more scopes than the credential that creates it */
function checkScopes({ access }: FastifyRequest, { scopes }: ApiKey): void {
  const actions = access?.principal.actions;
  const beyond = actions && scopes.find((scope) => !actions.includes(scope));
  if (beyond !== undefined) throw denied(`Lacking: the scope ${beyond}, which is needed to create a key with it`);
}

function shownKey({ id, document, createdAt, revokedAt, lastUsedAt }: StoredKey): object {
  return { id, prefix: prefixOf(id), ...(document as object), createdAt, revokedAt, lastUsedAt };
}

/** Tokens have issue times in whole seconds. */
function nextSecond(): Date {
  return new Date((Math.floor(Date.now() / 1000) + 1) * 1000);
}

const CONSUMER = /^(?:anonymous|(?:key|client|subject):.{1,255})$/u;

function consumerIn(text: string): string {
  if (!CONSUMER.test(text)) throw badMember('consumer', text, 'key:…, client:…, subject:… or anonymous');
  return text;
}

function noKey(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no key ${id}`);
}

function noPolicy(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no policy ${id}`);
}
