import type { Broker, GatedWrites } from '@alzette/broker';
import type { Principal } from '@alzette/broker/principal';
import type { IotAgents } from '@alzette/iot-agents';
import { personOf, sender } from '@alzette/kit/access';
import type { AskedCommands, CheckCommands, DeviceCommands } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type CommandNames, commandNames } from './command-names.ts';

/** The one place that all commands of callers pass before they are written or sent, whatever way they take. */
export interface CommandGate {
  /** For services: they add what is checked. */
  readonly commands: DeviceCommands;
  /** Judges commands that a request asks of the agents. */
  check(
    request: FastifyRequest,
    commands: readonly { readonly entityId: string; readonly command: string }[],
  ): Promise<string | undefined>;
  /** Judges what is written to attributes with the names of the agents' commands from now on. */
  watch(agents: Pick<IotAgents, 'commandNames' | 'watchCommandNames'>): Promise<void>;
}

/** @param context the URL of the @context for the agents' command names */
export function openCommandGate(
  broker: Pick<Broker, 'addWriteGate' | 'contexts' | 'ownContextOf'>,
  context: string,
  logger: Logger,
): CommandGate {
  const checks: CheckCommands[] = [];
  let names: CommandNames | undefined;
  async function judged(asked: AskedCommands): Promise<string | undefined> {
    for (const check of checks) {
      const refusal = await check(asked);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }
  return {
    commands: {
      names: async () => (await names?.current()) ?? new Set(),
      guard: (check) => void checks.push(check),
    },
    async check({ access, tenant }, commands) {
      if (access === null) return undefined; // access control is off
      const byEntity = Map.groupBy(commands, ({ entityId }) => entityId);
      const entities = [...byEntity].map(([id, own]) => ({ id, commands: own.map(({ command }) => command) }));
      return judged({ tenant, sender: senderOf(access.principal), entities });
    },
    async watch(agents) {
      const known = await commandNames(broker, agents, context, logger);
      names = known;
      broker.addWriteGate({
        watched: (tenant) => known.byIri(tenant).iris,
        admit: ({ tenant, sender: principal, entities }: GatedWrites) =>
          judged({
            tenant,
            sender: senderOf(principal),
            entities: entities.map(({ id, types, attributes }) => ({
              id,
              ...(types && { types }),
              commands: attributes.map((iri) => known.byIri(tenant).names.get(iri) ?? iri),
            })),
          }),
      });
    },
  };
}

function senderOf(principal: Principal): string {
  const person = personOf(principal);
  return sender({ kind: principal.kind, subject: principal.id, ...(person !== undefined && { person }) });
}
