import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { HistoryKeeping } from '../../history/retention/keep-history.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { badMember, isJsonObject, isName } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';
import { readParameters } from '../requests/parameters.ts';
import { parameters as names } from '../requests/resource.ts';

const DAYS = ['rawDays', 'hourDays', 'dayDays'] as const;
const LONGEST_DAYS = 36_500;

/**
 * `/ops/history`, for operators: how the history is stored and summed up; retention by type and attribute for the
 * tenant in NGSILD-Tenant; and the retention job.
 */
export function opsHistoryRoutes(app: FastifyInstance, keeping: HistoryKeeping, contexts: Contexts): void {
  // → {"storage": "partitions" | "hypertable", "rollups": {…}, "partitions": [{HistoryLeaf}, …], "runs": [{RetentionRun}, …]}
  app.get('/ops/history', async (_request, reply) => sendJson(reply, await keeping.report()));

  // → [{RetentionPolicy}, …]
  app.get('/ops/history/retention', async (request, reply) => sendJson(reply, await keeping.policies(request.tenant)));

  // {"type": "Streetlight", "attribute": "intensity", "rawDays": 30, "hourDays": 365}: only rawDays is required.
  app.put('/ops/history/retention', { config: { audited: { values: 'route' } } }, async (request, reply) => {
    const { body } = request;
    if (!isJsonObject(body)) throw badMember('body', body, '{"rawDays": …}');
    const { type, attribute, rawDays, hourDays, dayDays, ...others } = body;
    const [other] = Object.keys(others);
    if (other !== undefined) throw badMember(other, others[other], `type, attribute, ${DAYS.join(', ')} only`);
    if (rawDays === undefined) throw badMember('rawDays', rawDays, 'a number of days, or null for unlimited');
    const days = readDays({ rawDays, hourDays, dayDays });
    await keeping.setPolicy(request.tenant, { ...(await scopeOf(request, type, attribute)), ...days });
    return reply.code(204).send();
  });

  app.delete('/ops/history/retention', { config: { audited: { values: 'route' } } }, async (request, reply) => {
    const { type, attribute } = readParameters(request.query, names('type', 'attribute'));
    const scope = await scopeOf(request, type, attribute);
    if (!(await keeping.removePolicy(request.tenant, scope.type, scope.attribute))) {
      throw new NgsiLdError(
        'ResourceNotFound',
        `There is no policy for ${type ?? 'all types'} and ${attribute ?? 'all attributes'}`,
      );
    }
    return reply.code(204).send();
  });

  // Runs once a day automatically; this starts a run now.
  app.post('/ops/history/retention/runs', async (_request, reply) => {
    const id = await keeping.startRun();
    if (id === undefined) throw new NgsiLdError('AlreadyExists', 'A retention run is already in progress');
    return sendJson(reply.code(202).header('Location', '/ops/history/retention/runs'), { id });
  });

  // → [{RetentionRun}, …], newest first
  app.get('/ops/history/retention/runs', async (_request, reply) => sendJson(reply, await keeping.runs()));

  // Stops after the current batch. What has been removed stays removed.
  app.delete('/ops/history/retention/runs/current', async (_request, reply) => {
    if (!(await keeping.stopRun())) throw new NgsiLdError('ResourceNotFound', 'No retention run is in progress');
    return reply.code(204).send();
  });

  /** IRIs, expanded with the @context of the request; '' for all. */
  async function scopeOf(request: FastifyRequest, type: unknown, attribute: unknown) {
    const context = await contexts.resolve(parseContextLink(request.headers.link) ?? request.interop?.defaultContext);
    if (type !== undefined && (typeof type !== 'string' || !isName(type))) {
      throw badMember('type', type, 'an entity type name');
    }
    if (attribute !== undefined && typeof attribute !== 'string') {
      throw badMember('attribute', attribute, 'an attribute name');
    }
    return {
      type: type === undefined ? '' : context.type(type),
      attribute: attribute === undefined ? '' : expandAttributeName(attribute, 'attribute', context),
    };
  }
}

/** Sums must be kept at least as long as the data they are computed from. */
function readDays(given: { readonly [member in (typeof DAYS)[number]]: unknown }) {
  const days = { rawDays: null, hourDays: null, dayDays: null } as { [member in (typeof DAYS)[number]]: number | null };
  let least: number | null = 1;
  for (const member of DAYS) {
    const value = given[member] ?? null;
    const isEnough = value === null || (least !== null && Number.isInteger(value) && (value as number) >= least);
    if (!isEnough || (value as number) > LONGEST_DAYS) {
      const expected = least === null ? 'null' : `an integer from ${least} to ${LONGEST_DAYS}, or null`;
      throw badMember(
        member,
        value,
        `${expected} (null: unlimited), because sums must be kept as long as the data they sum up`,
      );
    }
    least = value as number | null; // checked above
    days[member] = least;
  }
  return days;
}
