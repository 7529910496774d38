import { actor } from '@alzette/kit/access';
import { type Compute, clientGone, type RunOptions } from '@alzette/kit/compute';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { TAGGED_PDF } from '@alzette/kit/pdf';
import { missing, Problem } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readObject, readText } from '../input/read.ts';
import { readLamps } from '../park/read-park.ts';
import type { LightingParts } from '../parts.ts';
import { runSimulation } from './run-simulation.ts';
import type { Scenario } from './scenario.ts';
import { findScenario, listScenarios, saveScenario, scenarioId } from './scenario-entities.ts';
import { scenarioDocument } from './scenario-pdf.ts';
import type { SimulationResult } from './simulate.ts';
import { SIMULATION } from './simulation-task.ts';

/** `/simulations`: the consumption of a strategy; `/scenarios`: saved simulations. */
export function simulationRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const run = (request: FastifyRequest, body: unknown, signal: AbortSignal) =>
    runSimulation(body, {
      findLamps: (query) => readLamps(asCaller(parts, request), query),
      simulate: (scenario) => simulateApart(parts.compute, scenario, { tenant: request.tenant, signal }),
    });

  scope.post(
    '/simulations',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Simulates one lighting scenario, or compares up to four',
    }),
    (request, reply) => run(request, request.body, clientGone(reply)),
  );

  scope.post(
    '/scenarios',
    operation({ access: 'write', objects: BY_ENTITIES, summary: 'Simulates a lighting scenario and saves it' }),
    async (request, reply) => {
      const { name, simulation } = readObject(request.body, 'body', ['name', 'simulation']);
      const simulatedAt = new Date().toISOString();
      const author = actor(parts.callerOf(request));
      const saved = {
        id: scenarioId(author, readText(name, 'name'), simulatedAt),
        name: String(name),
        author,
        simulatedAt,
        request: simulation,
        result: await run(request, simulation, clientGone(reply)),
      };
      await saveScenario(inScenarios(parts, request), saved);
      return reply.code(201).header('location', `/lighting/scenarios/${saved.id}`).send(saved);
    },
  );

  scope.get(
    '/scenarios',
    operation({ access: 'read', objects: BY_ENTITIES, summary: 'The saved lighting scenarios, newest first' }),
    async (request) => ({ scenarios: await listScenarios(inScenarios(parts, request)) }),
  );

  scope.get<{ Params: { id: string } }>(
    '/scenarios/:id',
    operation({ access: 'read', objects: BY_ENTITIES, summary: 'A saved lighting scenario' }),
    (request) => scenarioOf(parts, request),
  );

  scope.get<{ Params: { id: string }; Querystring: { language?: string } }>(
    '/scenarios/:id/pdf',
    operation({ access: 'read', objects: BY_ENTITIES, summary: 'A saved lighting scenario as an accessible PDF' }),
    async (request, reply) => {
      const language = request.query.language === 'en' ? 'en' : 'fr';
      const pdf = await parts.compute.run(
        TAGGED_PDF,
        scenarioDocument(await scenarioOf(parts, request), parts.territory, language),
        { tenant: request.tenant, signal: clientGone(reply) },
      );
      return reply
        .type('application/pdf')
        .header('content-disposition', 'attachment; filename="simulation.pdf"')
        .send(Buffer.from(pdf.buffer));
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/scenarios/:id',
    operation({ access: 'write', objects: BY_ENTITIES, summary: 'Deletes a saved lighting scenario' }),
    async (request, reply) => {
      const { id } = await scenarioOf(parts, request);
      await parts.clientOf(request).deleteEntity(id, { tenant: request.tenant });
      return reply.code(204).send();
    },
  );
}

/** @throws InvalidInput: the scenario can't be simulated; Problem: it takes too long */
async function simulateApart(compute: Compute, scenario: Scenario, options: RunOptions): Promise<SimulationResult> {
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

async function scenarioOf(parts: LightingParts, request: FastifyRequest<{ Params: { id: string } }>) {
  const { id } = request.params;
  const found = await findScenario(inScenarios(parts, request), id);
  if (found === undefined) throw missing('lighting scenario', id);
  return found;
}
