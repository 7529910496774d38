import { actor, type Caller } from '@alzette/kit/access';
import { judged, listed, named, readable } from '@alzette/kit/objects';
import { conflict, denied, Problem } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { type AnyRequest, askAsCaller } from '../calls/ask-as-caller.ts';
import type { AssistantContract, Proposal, ShownProposal } from '../contract/contract.ts';
import type { AssistantParts } from '../parts.ts';
import { off, TOOLS_USE } from '../uses.ts';
import { proposalKind } from './proposal-kind.ts';
import type { Proposals } from './proposal-rows.ts';

/** The OAuth client of the portal. */
const PORTAL = 'portal';

/** `/assistant/proposals`: what assistants propose, and how people decide. */
export function proposalHandlers(
  parts: AssistantParts,
  proposals: Proposals,
): Handlers<AssistantContract, 'proposals' | 'confirm' | 'refuse'> {
  const { callerOf } = parts;
  const kind = proposalKind(proposals);
  const mustBeOn = async (request: FastifyRequest) => {
    if (!(await parts.uses.isOn(TOOLS_USE, request.tenant))) throw off('The assistant is off', [TOOLS_USE]);
  };
  return {
    proposals: {
      objects: listed(kind),
      async handle(request) {
        await mustBeOn(request);
        const caller = callerOf(request);
        const seen = await readable(request, kind, await proposals.latest(caller.tenant));
        const now = await valuesNow(parts, request, seen);
        return { mayDecide: isPerson(caller), proposals: seen.map((each) => shown(each, now)) };
      },
    },
    confirm: {
      objects: named(kind),
      async handle(request) {
        await mustBeOn(request);
        const caller = callerOf(request);
        const proposal = waiting(caller, judged(request, kind));
        const by = actor(caller);
        // The state changes first, so that only one of two concurrent confirmations executes the proposal.
        if (!(await proposals.decide(caller.tenant, proposal.id, 'confirmed', by))) throw decided(proposal);
        const { status, body } = await askAsCaller(parts.app, parts.context, request, requestOf(proposal));
        const isDone = status < 300 && status !== 207;
        await note(parts, request, 'assistant.confirm', proposal, isDone ? 'done' : 'refused');
        if (isDone) return { state: 'confirmed' };
        await proposals.reopen(caller.tenant, proposal.id);
        throw problemOf(status, body);
      },
    },
    refuse: {
      objects: named(kind),
      async handle(request) {
        await mustBeOn(request);
        const caller = callerOf(request);
        const proposal = waiting(caller, judged(request, kind));
        if (!(await proposals.decide(caller.tenant, proposal.id, 'refused', actor(caller)))) throw decided(proposal);
        await note(parts, request, 'assistant.refuse', proposal, 'done');
        return { state: 'refused' };
      },
    },
  };
}

/** @throws Problem 403: the caller is not a person; 409: it was decided already */
function waiting(caller: Caller, proposal: Proposal): Proposal {
  if (!isPerson(caller)) throw denied('Only a person who is signed in to the portal can decide on proposals');
  if (proposal.state !== 'open') throw decided(proposal);
  return proposal;
}

function note(
  { audit, callerOf }: AssistantParts,
  request: FastifyRequest,
  action: string,
  { id, entity, client }: Proposal,
  outcome: 'done' | 'refused',
): Promise<void> {
  const caller = callerOf(request);
  const details = { ...(entity !== undefined && { entity }), ...(client !== undefined && { client }) };
  return audit.append({ actor: actor(caller), action, object: id, tenant: caller.tenant, outcome, details });
}

/** Assistants have tokens or keys of their own. A user of the portal sees what they confirm. */
function isPerson({ kind, client }: Caller): boolean {
  return kind === 'open' || (kind === 'token' && client === PORTAL);
}

function decided({ id, state }: Proposal): Problem {
  return conflict(`Proposal ${id} no longer waits: it is ${state === 'open' ? 'already decided' : state}`, 'decided');
}

function requestOf({ kind, entity, change, id }: Proposal): AnyRequest {
  if (kind === 'attributes') {
    return {
      method: 'PATCH',
      path: `/ngsi-ld/v1/entities/${encodeURIComponent(entity as string)}/attrs`,
      body: change,
    };
  }
  // The id is derived from the proposal, so that a repeated execution creates one order.
  return { method: 'POST', path: '/work-orders', body: { id: `urn:ngsi-ld:WorkOrder:proposal-${id}`, ...change } };
}

type Values = ReadonlyMap<string, { readonly [attribute: string]: unknown }>;

/** The maximum number of entities of other brokers to look up for a list. Each needs its own request. */
const MAX_REMOTE_ENTITIES = 20;

/** The present state of the entities that proposals are about, as far as the caller may read them. */
async function valuesNow(parts: AssistantParts, request: FastifyRequest, all: readonly Proposal[]): Promise<Values> {
  const ids = [...new Set(all.flatMap(({ entity }) => entity ?? []))];
  const now = new Map<string, { readonly [attribute: string]: unknown }>();
  const get = (path: string) => askAsCaller(parts.app, parts.context, request, { method: 'GET', path });
  for (let at = 0; at < ids.length; at += 50) {
    const some = ids.slice(at, at + 50).join(',');
    const query = new URLSearchParams({ id: some, options: 'keyValues', limit: '50', local: 'true' });
    const { status, body } = await get(`/ngsi-ld/v1/entities?${query}`);
    if (status !== 200) throw problemOf(status, body);
    for (const { id, ...values } of body as { id: string }[]) now.set(id, values);
  }
  for (const id of ids.filter((each) => !now.has(each)).slice(0, MAX_REMOTE_ENTITIES)) {
    const { status, body } = await get(`/ngsi-ld/v1/entities/${encodeURIComponent(id)}?options=keyValues`);
    if (status === 200) now.set(id, body as object as Readonly<Record<string, unknown>>);
  }
  return now;
}

function shown(proposal: Proposal, now: Values): ShownProposal {
  const { kind, entity, change } = proposal;
  const values = entity === undefined ? undefined : now.get(entity);
  const name = values?.name;
  return {
    ...proposal,
    ...(typeof name === 'string' && { entityName: name }),
    ...(kind === 'attributes' && {
      now: Object.fromEntries(Object.keys(change).map((attribute) => [attribute, values?.[attribute] ?? null])),
    }),
  };
}

/** Passes on the API's answer to our request. */
function problemOf(status: number, body: unknown): Problem {
  const { title, detail } = (typeof body === 'object' && body !== null ? body : {}) as {
    title?: string;
    detail?: string;
  };
  if (status < 400) return new Problem(409, 'Only partly done', JSON.stringify(body).slice(0, 500));
  return new Problem(status, title ?? 'Failed', detail ?? '');
}
