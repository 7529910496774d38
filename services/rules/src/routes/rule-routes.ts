import { actor } from '@alzette/kit/access';
import { judged, listed, named, OF_SENDER, readable } from '@alzette/kit/objects';
import { conflict, missing, Problem, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { Finding, RuleContract, RuleDocument } from '../contract/contract.ts';
import { checkRule } from '../document/check-rule.ts';
import { findingText } from '../document/finding.ts';
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

type Reads = 'list' | 'schema' | 'check' | 'one' | 'versions';
type Writes = 'create' | 'replace' | 'remove';

/** `/rules`: rules and their versions. */
export function ruleHandlers(context: ServiceContext): Handlers<RuleContract, Reads | Writes> {
  return { ...readHandlers(context), ...writeHandlers(context) };
}

function readHandlers(context: ServiceContext): Handlers<RuleContract, Reads> {
  const { db } = context;
  const rules = rulesKind(db);
  return {
    list: {
      objects: listed(rules),
      handle: async (request) => ({
        rules: (await readable(request, rules, await rulesOf(db, request.tenant))).map(shown),
      }),
    },
    schema(_request, reply) {
      reply.type('application/schema+json');
      return RULE_SCHEMA;
    },
    check: {
      objects: OF_SENDER,
      handle: async (request) => ({ findings: checkRule(request.body, await documentsOf(context, request)) }),
    },
    one: { objects: named(rules), handle: (request) => shown(judged(request, rules)) },
    versions: {
      objects: listed(rules),
      async handle(request) {
        const { id } = request.params;
        // Each is judged by what it was about. The versions of a deleted rule stay.
        const all = await versionsOf(db, request.tenant, id);
        const judgedAlike = all.map((each) => ({ ...NOT_KNOWN, ...each, tenant: request.tenant }));
        const seen = new Set((await readable(request, rules, judgedAlike)).map(({ version }) => version));
        const versions = all.filter(({ version }) => seen.has(version));
        if (versions.length === 0) throw missing('rule', id);
        return { versions };
      },
    },
  };
}

function writeHandlers(context: ServiceContext): Handlers<RuleContract, Writes> {
  const { db, callerOf, authorOf } = context;
  const savedBy = (request: FastifyRequest) => ({ by: actor(callerOf(request)), author: authorOf(request) });
  return {
    async create(request, reply) {
      const written = await write(context, request.tenant, request.body, { isNew: true, ...savedBy(request) });
      reply.header('location', `/rules/${encodeURIComponent(written.id)}`);
      return written;
    },
    async replace(request) {
      const { tenant, body, params } = request;
      if (body.id !== params.id) throw refused('id', body.id, `${params.id}, as in the path`);
      return write(context, tenant, body, { version: request.query.version, ...savedBy(request) });
    },
    async remove({ tenant, params: { id } }) {
      const isGone = await db.transaction((tx) => deleteRule(tx, tenant, id));
      if (!isGone) throw missing('rule', id);
    },
  };
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
    if (isNew && known !== undefined) throw conflict(`id: the rule ${document.id} already exists`, 'taken');
    if (expected !== undefined && known?.version !== expected) {
      throw conflict(
        `version: got ${expected}, expected ${known?.version ?? 'none'}: the rule was changed in the meantime`,
        'changed',
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
  const faults = findings.filter(({ level }) => level === 'error');
  const [first] = faults;
  if (first === undefined) return;
  const errors = faults.map(findingText);
  const more = errors.length > MAX_REPORTED ? `; and ${errors.length - MAX_REPORTED} more` : '';
  const detail = errors.slice(0, MAX_REPORTED).join('; ') + more;
  const kind = first.bounds === undefined ? 'value' : 'number';
  throw new Problem(400, 'The rule is not valid', detail, { reason: { kind, field: first.member, ...first.bounds } });
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
