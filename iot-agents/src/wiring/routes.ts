import { serviceRoutes } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { AmqpHealth } from '../amqp/receiver.ts';
import type { CodecPool } from '../codecs/codec-pool.ts';
import { attributeCommandRoutes } from '../commands/attribute-command-routes.ts';
import { commandRoutes } from '../commands/command-routes.ts';
import type { Commands } from '../commands/commands.ts';
import type { Configurations } from '../commands/configuration.ts';
import type { IsOurs } from '../commands/notify-secret.ts';
import { deliveryRoutes } from '../delivery/delivery-routes.ts';
import { metricsRoute } from '../delivery/metrics-route.ts';
import { previewRoutes } from '../delivery/preview-routes.ts';
import type { Samples } from '../delivery/samples.ts';
import type { Connections } from '../devices/connection.ts';
import { deviceImportRoutes } from '../devices/device-import-routes.ts';
import type { Registry } from '../devices/registry.ts';
import { registryRoutes } from '../devices/registry-routes.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import { deviceRoutes } from '../fiware/device-routes.ts';
import { provisioningRoutes } from '../fiware/provisioning-routes.ts';
import type { Counters, Warnings } from '../frames/counters.ts';
import type { Receive } from '../frames/message-ports.ts';
import { fiwareMembers } from '../http/error-answers.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { ReadMessage } from '../inbox/stored-frame.ts';
import type { MqttAccess } from '../mqtt/access.ts';
import { mqttAccessRoutes } from '../mqtt/access-routes.ts';
import { type EmbeddedPorts, mqttAddresses } from '../mqtt/addresses.ts';
import { sourceRoutes } from '../sources/source-routes.ts';
import { gatewayRoutes } from '../sources/talq/gateway-routes.ts';
import { webhookRoutes } from '../webhooks/webhook-routes.ts';
import type { AttributeCommands } from './commands.ts';
import type { MqttStatus } from './mqtt-connections.ts';
import { contextOf, type IotAgentsOptions } from './options.ts';
import type { StartedSources } from './sources.ts';

/** A profile may contain a codec of up to 1 MiB as a JSON string. */
const LIMITS = { bytes: 4 * 1024 * 1024, depth: 64 };

interface RouteParts {
  readonly receive: Receive;
  readonly inbox: Inbox;
  readonly read: ReadMessage;
  readonly registry: Registry;
  readonly directory: AgentDirectory;
  readonly connections: Connections;
  readonly access: MqttAccess;
  readonly commands: Commands;
  readonly configurations: Configurations;
  readonly offered: AttributeCommands | undefined;
  readonly isOurs: IsOurs;
  readonly codecs: CodecPool;
  readonly samples: Samples;
  readonly started: StartedSources | undefined;
  readonly counters: Counters;
  readonly warnings: Warnings;
  readonly mqtt: () => MqttStatus;
  /** Undefined: no AMQP broker is set. */
  readonly amqp: () => AmqpHealth | undefined;
  /** Of this process. */
  readonly embedded: EmbeddedPorts | undefined;
}

/** Registers everything under `/iot`, and the metrics. */
export async function registerRoutes(
  app: FastifyInstance,
  options: IotAgentsOptions,
  parts: RouteParts,
): Promise<void> {
  const { db, client, access: rule, checkCommands = async () => undefined } = options;
  const ofTenant = { contextOf: contextOf(options) };
  const { receive, inbox, read, registry, directory, connections, access, commands, configurations } = parts;
  const { offered, isOurs, codecs, samples, started, counters, warnings, mqtt, amqp, embedded } = parts;
  metricsRoute(app, { db, counters, mqtt });
  await serviceRoutes(
    app,
    '/iot',
    async (scope) => {
      await scope.register(webhookRoutes, { receive, connections, counters, isOpen: rule !== 'enforced' });
      await scope.register(deviceRoutes, { receive, directory, commands, access, counters });
      await scope.register(provisioningRoutes, {
        db,
        directory,
        ...(offered === undefined ? {} : { commandAttributes: offered.attributes }),
      });
      await scope.register(commandRoutes, { db, commands, client, ...ofTenant, checkCommands });
      await scope.register(attributeCommandRoutes, {
        commands,
        configurations,
        client,
        ...ofTenant,
        isOurs,
        checkCommands,
      });
      await scope.register(mqttAccessRoutes, {
        access,
        addresses: () => mqttAddresses(embedded ?? options.mqttPortsElsewhere, options.mqttUrl),
      });
      await scope.register(registryRoutes, { registry, connections, codecs });
      await scope.register(deviceImportRoutes, { registry });
      await scope.register(previewRoutes, { db, registry, connections, codecs, samples });
      if (started !== undefined) {
        const { sources, talqSources, gateways } = started;
        await scope.register(sourceRoutes, { db, sources, talqSources, checkCommands });
        await scope.register(gatewayRoutes, { db, gateways, talqSources, runSoon: sources.runSoon });
      }
      await scope.register(deliveryRoutes, { db, inbox, read, counters, warnings, mqtt, amqp });
    },
    { bodies: LIMITS, problemMembers: fiwareMembers },
  );
}
