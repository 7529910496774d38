import { createHash } from 'node:crypto';
import { type Entity, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { SavedScenario } from '../contract/contract.ts';

interface Where {
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly tenant: string;
}

const TYPE = 'LightingScenario';
const PREFIX = 'urn:ngsi-ld:LightingScenario:';

/** The id is derived from author, name and time, so that a repeated request saves one scenario. */
export function scenarioId(author: string, name: string, simulatedAt: string): string {
  return PREFIX + createHash('sha256').update([author, name, simulatedAt].join('\n')).digest('hex').slice(0, 24);
}

/** As an entity of type LightingScenario. */
export async function saveScenario({ client, context, tenant }: Where, scenario: SavedScenario): Promise<void> {
  const { id, name, author, simulatedAt, request, result } = scenario;
  const { saving, referenceName } = result as { readonly saving?: number; readonly referenceName?: string };
  const entity: Entity = {
    id,
    type: TYPE,
    name: property(name),
    author: property(author),
    simulatedAt: property(simulatedAt),
    simulationRequest: property(request),
    simulationResult: property(result),
    ...(saving === undefined ? {} : { energySaving: property(saving) }),
    ...(referenceName === undefined ? {} : { referenceName: property(referenceName) }),
  };
  await client.createEntity(entity, { context, tenant });
}

export async function findScenario({ client, context, tenant }: Where, id: string): Promise<SavedScenario | undefined> {
  if (!id.startsWith(PREFIX)) return undefined;
  const entity = await client.retrieveEntity(id, { context, tenant, format: 'simplified' });
  return entity && savedOf(entity);
}

export async function listScenarios({ client, context, tenant }: Where): Promise<SavedScenario[]> {
  const saved: SavedScenario[] = [];
  for await (const entity of queryAll(client, { type: TYPE, context, tenant, format: 'simplified' })) {
    saved.push(savedOf(entity));
  }
  return saved.sort((a, b) => b.simulatedAt.localeCompare(a.simulatedAt));
}

function savedOf({ id, name, author, simulatedAt, simulationRequest, simulationResult }: Entity): SavedScenario {
  return {
    id,
    name: String(name),
    author: String(author ?? ''),
    simulatedAt: String(simulatedAt),
    request: simulationRequest,
    result: simulationResult,
  };
}

function property(value: unknown) {
  return { type: 'Property', value };
}
