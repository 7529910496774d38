import { actor } from '@alzette/kit/access';
import { bodyReader, type JsonSchema, object } from '@alzette/kit/bodies';
import { judged, listed, named, OF_SENDER, readable } from '@alzette/kit/objects';
import { readPath, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { conflict, missing, Problem, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkRule } from '../document/check-rule.ts';
import { type Finding, findingText } from '../document/finding.ts';
import type { RuleDocument } from '../document/rule.ts';
import { RULE_SCHEMA } from '../document/rule-schema.ts';
import { sameEvaluation } from '../engine/same-evaluation.ts';
import { silenceOf } from '../engine/silence.ts';
import {
  deleteRule,
  lastVersion,
  lockRules,
  putRule,
  rulesOf,
  type StoredRule,
  versionsOf,
} from '../store/rule-rows.ts';
import { rulesKind } from './rule-kind.ts';

const RULE_ID = { id: text({ max: 250, required: true }) };
const IF_VERSION = { version: wholeNumber({ min: 1, max: 1_000_000_000 }) };
const DOCUMENT: JsonSchema = { type: 'object', description: 'A rule: GET /rules/schema' };
const readDocument = bodyReader<Record<string, unknown>>(DOCUMENT);
const FINDINGS = { type: 'array', items: { type: 'object' } };
const WRITTEN: JsonSchema = {
  type: 'object',
  properties: { id: { type: 'string' }, version: { type: 'integer' }, warnings: FINDINGS },
};
const RULE = object({ rule: DOCUMENT, version: { type: 'integer' }, isEnabled: { type: 'boolean' } });

/** `/rules`: rules and their versions. */
export function ruleRoutes(scope: FastifyInstance, context: ServiceContext): void {
  readRoutes(scope, context);
  writeRoutes(scope, context);
}

function readRoutes(scope: FastifyInstance, context: ServiceContext): void {
  const { db } = context;
  const rules = rulesKind(db);
  scope.get(
    '',
    operation({
      access: 'read',
      objects: listed(rules),
      summary: 'Rules',
      answer: object({ rules: { type: 'array', items: RULE } }),
    }),
    async (request) => ({
      rules: (await readable(request, rules, await rulesOf(db, request.tenant))).map(shown),
    }),
  );

  scope.get(
    '/schema',
    operation({ access: 'nothing', anyTenant: true, summary: 'The JSON Schema of rules', answer: { type: 'object' } }),
    async (_request, reply) => reply.type('application/schema+json').send(JSON.stringify(RULE_SCHEMA)),
  );

  scope.post(
    '/check',
    operation({
      access: 'read',
      objects: OF_SENDER,
      summary: 'Validates a draft of a rule',
      body: readDocument.schema,
      answer: object({ findings: FINDINGS }),
    }),
    async (request) => ({
      findings: checkRule(readDocument(request.body), await documentsOf(context, request)),
    }),
  );

  scope.get(
    '/:id',
    operation({ access: 'read', objects: named(rules), summary: 'A rule', answer: RULE }),
    async (request) => shown(judged(request, rules)),
  );

  scope.get(
    '/:id/versions',
    operation({
      access: 'read',
      objects: listed(rules),
      summary: 'All versions of a rule with their authors, newest first',
      answer: object({ versions: { type: 'array', items: { type: 'object' } } }),
    }),
    async (request) => {
      const { id } = readPath(request, RULE_ID);
      // Each is judged by what it was about. The versions of a deleted rule stay.
      const all = await versionsOf(db, request.tenant, id);
      const judgedAlike = all.map((each) => ({ ...NOT_KNOWN, ...each, tenant: request.tenant }));
      const seen = new Set((await readable(request, rules, judgedAlike)).map(({ version }) => version));
      const versions = all.filter(({ version }) => seen.has(version));
      if (versions.length === 0) throw missing('rule', id);
      return { versions };
    },
  );
}

function writeRoutes(scope: FastifyInstance, context: ServiceContext): void {
  const { db, callerOf, authorOf } = context;
  scope.post(
    '',
    operation({
      access: 'administer',
      audited: { values: 'body' },
      summary: 'Creates a rule',
      body: readDocument.schema,
      answer: WRITTEN,
    }),
    async (request, reply) => {
      const caller = callerOf(request);
      const written = await write(context, caller.tenant, readDocument(request.body), {
        isNew: true,
        by: actor(caller),
        author: authorOf(request),
      });
      return reply
        .code(201)
        .header('location', `/rules/${encodeURIComponent(written.id)}`)
        .send(written);
    },
  );

  scope.put(
    '/:id',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Writes a rule as its next version',
      query: IF_VERSION,
      body: readDocument.schema,
      answer: WRITTEN,
    }),
    async (request) => {
      const caller = callerOf(request);
      const { id } = readPath(request, RULE_ID);
      const { version } = readQuery(request, IF_VERSION);
      const document = readDocument(request.body);
      if (document.id !== id) throw refused('id', document.id, `${id}, as in the path`);
      return write(context, caller.tenant, document, { version, by: actor(caller), author: authorOf(request) });
    },
  );

  scope.delete(
    '/:id',
    operation({ access: 'administer', audited: { values: 'route' }, summary: 'Deletes a rule and clears its alarms' }),
    async (request, reply) => {
      const { id } = readPath(request, RULE_ID);
      const isGone = await db.transaction((tx) => deleteRule(tx, callerOf(request).tenant, id));
      if (!isGone) throw missing('rule', id);
      return reply.code(204).send();
    },
  );
}

interface Saving {
  /** Who saves it, as named in the audit, and their grant. */
  readonly by: string;
  readonly author: object | null;
  readonly isNew?: boolean;
  /** The version that the author has seen. */
  readonly version?: number | undefined;
}

/** @throws Problem 400 with the first errors, 409 */
async function write(
  context: Pick<ServiceContext, 'db' | 'client' | 'context'>,
  tenant: string,
  given: Record<string, unknown>,
  { isNew = false, version: expected, by, author }: Saving,
): Promise<{ id: string; version: number; warnings: Finding[] }> {
  const { db } = context;
  const silenceMs = await silenceOf(given, context, tenant);
  return db.transaction(async (tx) => {
    await lockRules(tx, tenant);
    const others = await rulesOf(tx, tenant);
    const findings = checkRule(
      given,
      others.map(({ document }) => document),
    );
    refuseErrors(findings);
    const document = given as unknown as RuleDocument; // it was checked
    const known = others.find((rule) => rule.document.id === document.id);
    if (isNew && known !== undefined) throw conflict(`id: the rule ${document.id} already exists`);
    if (expected !== undefined && known?.version !== expected) {
      throw conflict(
        `version: got ${expected}, expected ${known?.version ?? 'none'}: the rule was changed in the meantime`,
      );
    }
    const version = (await lastVersion(tx, tenant, document.id)) + 1;
    const isEnabled = document.enabled !== false;
    const isSame = known?.isEnabled === isEnabled && sameEvaluation(known.document, document);
    const evaluatedSince = isSame ? known.evaluatedSince : version;
    await putRule(tx, { tenant, document, version, evaluatedSince, silenceMs, isEnabled }, by, author);
    return { id: document.id, version, warnings: findings };
  });
}

const MAX_REPORTED = 5;

function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter(({ level }) => level === 'error').map(findingText);
  if (errors.length === 0) return;
  const more = errors.length > MAX_REPORTED ? `; and ${errors.length - MAX_REPORTED} more` : '';
  throw new Problem(400, 'The rule is not valid', errors.slice(0, MAX_REPORTED).join('; ') + more);
}

/** A rule in the body of a request. @throws Problem 400 */
export async function draft(
  context: ServiceContext,
  request: FastifyRequest,
  given: Record<string, unknown>,
): Promise<StoredRule> {
  const { tenant } = request;
  refuseErrors(checkRule(given, await documentsOf(context, request)));
  const silenceMs = await silenceOf(given, { client: context.clientOf(request), context: context.context }, tenant);
  const document = given as unknown as RuleDocument; // it was checked
  return { tenant, document, version: 0, evaluatedSince: 0, silenceMs, isEnabled: true };
}

/** The other rules as far as the sender may read them: findings name them. */
async function documentsOf({ db }: ServiceContext, request: FastifyRequest): Promise<RuleDocument[]> {
  const others = await readable(request, rulesKind(db), await rulesOf(db, request.tenant));
  return others.map(({ document }) => document);
}

/** What is not kept of versions. */
const NOT_KNOWN = { evaluatedSince: 0, silenceMs: 0, isEnabled: true };

function shown({ document, version, isEnabled }: StoredRule) {
  return { rule: document, version, isEnabled };
}
