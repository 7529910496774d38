import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import { type ApiKey, principalOfKey } from '../../access/api-key.ts';
import { explain } from '../../access/explain.ts';
import { isNothing } from '../../access/grant.ts';
import { ACTIONS, ANONYMOUS, type Principal } from '../../access/principal.ts';
import { type UsageStore, useOfKey } from '../../access/usage-store.ts';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { Database } from '../../database/database.ts';
import { retrieveEntity } from '../../entities/retrieve-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { badMember, checkUri } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import { callerOf } from '../requests/caller.ts';
import { type Parameters, readList, readParameters } from '../requests/parameters.ts';
import { parameters as names } from '../requests/resource.ts';

interface ExplainParts {
  readonly access: Access;
  readonly contexts: Contexts;
  readonly db: Database;
  readonly usage: UsageStore;
}

const WHO = ['key', 'subject', 'issuer', 'roles', 'groups', 'client', 'organisation'] as const;
const PARAMETERS = names(...WHO, 'action', 'tenant', 'type', 'id', 'attribute');

/** Shows callers their own rights, and explains rights to administrators. */
export function accessExplainRoutes(app: FastifyInstance, { access, contexts, db, usage }: ExplainParts): void {
  // → {"kind": "key", "id": …, "may": {"read": true, "write": false, "administer": false, "administerAll": false}}
  app.get('/ops/access/me', async (request, reply) => {
    const { principal, grant } = request.access ?? {};
    if (principal === undefined || grant === undefined) {
      return sendJson(reply, {
        access: 'open',
        may: { read: true, write: true, propose: true, administer: true, administerAll: true },
      });
    }
    const { kind, id, roles, groups, client, organisation, seenBy } = principal;
    const may = {
      read: !isNothing(grant.read),
      write: !isNothing(grant.write),
      propose: !isNothing(grant.propose),
      administer: grant.administers,
      administerAll: grant.administersAll,
    };
    const key = kind === 'key' ? await keyWithUse(id) : undefined;
    return sendJson(reply, { access: 'enforced', kind, id, roles, groups, client, organisation, seenBy, may, key });
  });

  /** What a program can know of the key that it has. */
  async function keyWithUse(id: string) {
    const stored = access.keys.find((each) => each.id === id)?.document as ApiKey | undefined; // in the format in which it was stored
    if (stored === undefined) return undefined;
    await access.metering.write();
    const { title, expiresAt, tenants } = stored;
    const limits = access.limits.get(`key:${id}`) ?? stored.limits;
    return { title, expiresAt, tenants, limits, usage: await useOfKey(usage, id) };
  }

  // ?action=read&roles=agent&organisation=Villerupt&type=Streetlight&id=urn:…&attribute=operator&tenant=…
  app.get('/ops/access/explain', async (request, reply) => {
    const parameters = readParameters(request.query, PARAMETERS);
    const action = ACTIONS.find((name) => name === (parameters.action ?? 'read'));
    if (action === undefined) throw badMember('action', parameters.action, ACTIONS.join(', '));
    const context = await contexts.resolve(parseContextLink(request.headers.link));
    const tenant = parameters.tenant ?? '';
    const { type, id, attribute } = parameters;
    const principal = principalIn(parameters);
    const entity =
      id === undefined ? undefined : await retrieveEntity(db, callerOf(request, tenant), checkUri(id, 'id'));
    const explanation = explain(access.policies, {
      principal,
      action,
      tenant,
      ...(type !== undefined && { type: context.type(type) }),
      ...(attribute !== undefined && { attribute: expandAttributeName(attribute, 'attribute', context) }),
      ...(entity && { entity }),
    });
    return sendJson(reply, { ...explanation, who: principal });
  });

  /** Without a name: anonymous. */
  function principalIn(parameters: Parameters): Principal {
    if (!WHO.some((name) => parameters[name] !== undefined)) return ANONYMOUS;
    const { key: id, subject = '', issuer, client, organisation } = parameters;
    if (id !== undefined) {
      const key = access.keys.find((each) => each.id === id);
      if (key === undefined) throw new NgsiLdError('ResourceNotFound', `There is no key ${id}`);
      const ofKey = principalOfKey(id, key.document as ApiKey); // in the format in which it was stored
      return key.revokedAt === undefined ? access.issuers.placed(ofKey) : ANONYMOUS;
    }
    if (!access.issuers.isKnown(issuer)) throw badMember('issuer', issuer, 'one that OIDC_ISSUER names');
    return access.issuers.placed({
      kind: 'token',
      id: subject,
      ...(issuer !== undefined && { issuer }),
      roles: readList(parameters, 'roles') ?? [],
      groups: readList(parameters, 'groups') ?? [],
      ...(client !== undefined && { client }),
      ...(organisation !== undefined && { organisation }),
    });
  }
}
