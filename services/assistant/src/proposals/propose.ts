import { actor } from '@alzette/kit/access';
import { bodyReader, type JsonSchema, object } from '@alzette/kit/bodies';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';
import { askAsCaller } from '../calls/ask-as-caller.ts';
import type { AssistantParts } from '../parts.ts';
import { ENTITY_ID, text, words } from '../tools/tool.ts';
import type { NewProposal, Proposals } from './proposal-rows.ts';

const MAX_WAITING = 500;
const MAX_OWN = 50;
const MAX_CHARACTERS = 10_000;
const MAX_ATTRIBUTES = 20;
/** Members of an entity that are not attributes. */
const NO_ATTRIBUTES = ['id', 'type', 'scope', '@context'];
/** A term, or an IRI. */
const NAME = /^(?:\p{L}[\p{L}\p{N}_-]*|[a-z][a-z0-9+.-]*:[^\s"<>\\^`{|}]+)$/u;
const WORK_ORDER_TYPE = 'https://w3id.org/alzette/def/WorkOrder';
const REASON = text('The reason, for the person who decides', 1000);

/** A tool that stores a change for a person to confirm. It changes nothing itself. */
export interface ProposingTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: JsonSchema;
  /** @throws Problem 400, 403, 404, 409 */
  propose(parts: AssistantParts, from: FastifyRequest, input: unknown): Promise<ProposedChange>;
}

type ProposedChange = Pick<NewProposal, 'kind' | 'entity' | 'change' | 'reason'>;

interface AttributesInput {
  readonly entity: string;
  readonly attributes: { readonly [name: string]: unknown };
  readonly reason: string;
}

interface WorkOrderInput {
  readonly name: string;
  readonly description?: string;
  readonly priority?: string;
  readonly about?: readonly string[];
  readonly alarms?: readonly string[];
  readonly reason: string;
}

const readAttributes = bodyReader<AttributesInput>(
  object(
    {
      entity: ENTITY_ID,
      attributes: {
        type: 'object',
        minProperties: 1,
        maxProperties: MAX_ATTRIBUTES,
        description:
          'The proposed attributes by name: each a value, or an NGSI-LD attribute such as {"type":"Property","value":1}',
      },
      reason: REASON,
    },
    ['entity', 'attributes', 'reason'],
  ),
);
const readWorkOrder = bodyReader<WorkOrderInput>(
  object(
    {
      name: text('The work to do', 200),
      description: text('Details', 4000),
      priority: { enum: ['low', 'normal', 'high', 'urgent'] },
      about: words('Ids of the entities that the work is about', 20),
      alarms: words('Ids of the alarms that the work order is created from', 20),
      reason: REASON,
    },
    ['name', 'reason'],
  ),
);

export const PROPOSING_TOOLS: readonly ProposingTool[] = [
  {
    name: 'propose_change',
    title: 'Propose a change of an entity',
    description:
      'Proposes new values for attributes of an entity. Nothing changes until a person who may write the entity confirms in the portal.',
    input: readAttributes.schema,
    async propose(parts, from, input) {
      const { entity, attributes, reason } = readAttributes(input);
      const other = Object.keys(attributes).find((name) => NO_ATTRIBUTES.includes(name) || !NAME.test(name));
      if (other !== undefined) throw refused(`attributes.${other}`, attributes[other], 'the name of an attribute');
      await mustBeAllowed(parts, from, entity);
      return { kind: 'attributes', entity, change: attributes, reason };
    },
  },
  {
    name: 'propose_work_order',
    title: 'Propose a work order',
    description:
      'Proposes work for a crew. Nothing is ordered until a person who may write work orders confirms in the portal.',
    input: readWorkOrder.schema,
    async propose(parts, from, input) {
      const { reason, ...order } = readWorkOrder(input);
      if (!parts.mayPropose(from, { id: 'urn:ngsi-ld:WorkOrder:new', types: [WORK_ORDER_TYPE] }))
        throw denied('No policy lets you propose work orders');
      const [entity] = [...(order.about ?? []), ...(order.alarms ?? [])];
      // A caller who may not see the entity learns nothing of the proposal.
      if (entity !== undefined) await readable(parts, from, entity);
      return { kind: 'work-order', ...(entity !== undefined && { entity }), change: order, reason };
    },
  },
];

/**
 * Stores a proposal of the sender of the request.
 *
 * @returns the answer to the assistant
 * @throws Problem 400, 403, 404; 409: too many undecided proposals
 */
export async function propose(
  parts: AssistantParts,
  proposals: Proposals,
  from: FastifyRequest,
  tool: ProposingTool,
  input: unknown,
): Promise<{ readonly id: string; readonly state: 'open'; readonly next: string }> {
  const caller = parts.callerOf(from);
  const { tenant, client } = caller;
  const proposed = await tool.propose(parts, from, input);
  const { length } = JSON.stringify(proposed.change);
  if (length > MAX_CHARACTERS)
    throw refused(memberOf(proposed.kind), `${length} characters`, `at most ${MAX_CHARACTERS}`);
  const waiting = await proposals.waiting(tenant, actor(caller));
  if (waiting.own >= MAX_OWN || waiting.all >= MAX_WAITING)
    throw conflict(
      `${waiting.own} of your proposals are pending already, ${waiting.all} in total: somebody has to decide on them first`,
      'full',
    );
  const proposedBy = actor(caller);
  const id = await proposals.keep(tenant, { ...proposed, proposedBy, ...(client !== undefined && { client }) });
  const details = { proposal: id, ...(proposed.entity !== undefined && { entity: proposed.entity }) };
  await parts.audit.append({
    actor: proposedBy,
    action: 'assistant.propose',
    object: id,
    tenant,
    outcome: 'done',
    details,
  });
  return {
    id,
    state: 'open',
    next: `Nothing has changed: somebody decides at ${parts.territories.publicUrl(tenant)}/automate/assistant`,
  };
}

function memberOf(kind: NewProposal['kind']): string {
  return kind === 'attributes' ? 'attributes' : 'description';
}

/** @throws Problem 403, 404 */
async function mustBeAllowed(parts: AssistantParts, from: FastifyRequest, id: string): Promise<void> {
  const { type, scope } = await readable(parts, from, id);
  const types = [type].flat();
  const scopes = scope === undefined ? undefined : [scope].flat();
  if (!parts.mayPropose(from, { id, types, ...(scopes && { scopes }) }))
    throw denied(`No policy lets you propose changes of ${id}`);
}

interface Described {
  readonly type: string | string[];
  readonly scope?: string | string[];
}

/** The types of an entity as IRIs, and its scopes. @throws Problem 404: the caller sees no such entity */
async function readable(parts: AssistantParts, from: FastifyRequest, id: string): Promise<Described> {
  const path = `/ngsi-ld/v1/entities/${encodeURIComponent(id)}?options=keyValues`;
  const { status, body } = await askAsCaller(parts.app, parts.context, from, { method: 'GET', path, keepsIris: true });
  if (status !== 200) throw missing('entity', id);
  return body as Described; // the format of our API
}
