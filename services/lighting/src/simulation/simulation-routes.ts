import { actor } from '@alzette/kit/access';
import { type Compute, clientGone, type RunOptions } from '@alzette/kit/compute';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { TAGGED_PDF } from '@alzette/kit/pdf';
import { missing, Problem } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {
  SavedScenario,
  Simulated,
  SimulationBody,
  SimulationContract,
  SimulationResult,
} from '../contract/contract.ts';
import { readLamps } from '../park/read-park.ts';
import type { LightingParts } from '../parts.ts';
import { runSimulation } from './run-simulation.ts';
import type { Scenario } from './scenario.ts';
import { findScenario, listScenarios, saveScenario, scenarioId } from './scenario-entities.ts';
import { scenarioDocument } from './scenario-pdf.ts';
import { SIMULATION } from './simulation-task.ts';

export function simulationHandlers(parts: LightingParts): Handlers<SimulationContract> {
  const run = (request: FastifyRequest, body: SimulationBody, reply: FastifyReply): Promise<Simulated> =>
    runSimulation(body, {
      findLamps: (query) => readLamps(asCaller(parts, request), query),
      simulate: (scenario) =>
        simulateApart(parts.compute, scenario, { tenant: request.tenant, signal: clientGone(reply) }),
    });
  return {
    simulate: { objects: BY_ENTITIES, handle: (request, reply) => run(request, request.body, reply) },
    save: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { name, simulation } = request.body;
        const simulatedAt = new Date().toISOString();
        const author = actor(parts.callerOf(request));
        const id = scenarioId(author, name, simulatedAt);
        const result = await run(request, simulation, reply);
        const saved = { id, name, author, simulatedAt, request: simulation, result };
        await saveScenario(inScenarios(parts, request), saved);
        reply.header('location', `/lighting/scenarios/${id}`);
        return saved;
      },
    },
    list: {
      objects: BY_ENTITIES,
      handle: async (request) => ({ scenarios: await listScenarios(inScenarios(parts, request)) }),
    },
    scenario: {
      objects: BY_ENTITIES,
      handle: (request) => scenarioOf(parts, request, request.params.id),
    },
    pdf: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const language = request.query.language === 'en' ? 'en' : 'fr';
        const scenario = await scenarioOf(parts, request, request.params.id);
        const document = scenarioDocument(scenario, parts.territories.of(request.tenant), language);
        const pdf = await parts.compute.run(TAGGED_PDF, document, {
          tenant: request.tenant,
          signal: clientGone(reply),
        });
        reply.header('content-disposition', 'attachment; filename="simulation.pdf"');
        return Buffer.from(pdf.buffer);
      },
    },
    remove: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { id } = await scenarioOf(parts, request, request.params.id);
        await parts.clientOf(request).deleteEntity(id, { tenant: request.tenant });
      },
    },
  };
}

/** @throws InvalidInput: the scenario can't be simulated; Problem: it takes too long */
export async function simulateApart(
  compute: Compute,
  scenario: Scenario,
  options: RunOptions,
): Promise<SimulationResult> {
  const simulated = await compute.run(SIMULATION, scenario, options);
  if ('result' in simulated) return simulated.result;
  throw new Problem(400, 'The request is not valid', simulated.invalid.message);
}

function asCaller(parts: LightingParts, request: FastifyRequest) {
  return { client: parts.clientOf(request), context: parts.context, tenant: request.tenant };
}

/** The terms of a scenario are those of its own model, not of the territory's @context. */
function inScenarios(parts: LightingParts, request: FastifyRequest) {
  return { ...asCaller(parts, request), context: `${parts.publicUrl}/contexts/Lighting/v1.jsonld` };
}

async function scenarioOf(parts: LightingParts, request: FastifyRequest, id: string): Promise<SavedScenario> {
  const found = await findScenario(inScenarios(parts, request), id);
  if (found === undefined) throw missing('lighting scenario', id);
  return found;
}
