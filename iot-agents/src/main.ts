import { setTimeout as sleep } from 'node:timers/promises';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { pino } from 'pino';
import { createCodecPool } from './codecs/codec-pool.ts';
import { createCommandAttributes } from './commands/command-attributes.ts';
import { openCommandNames } from './commands/command-names.ts';
import { commandRoutes } from './commands/command-routes.ts';
import { startCommands } from './commands/commands.ts';
import { createConfigurations } from './commands/configuration.ts';
import { openNotifySecret } from './commands/notify-secret.ts';
import { offerDeviceCommands } from './commands/offer-devices.ts';
import { downlinkPoster } from './commands/post-downlink.ts';
import { RefusedError } from './commands/send-command.ts';
import type { Database } from './database.ts';
import type { DeliveryContext } from './delivery/delivery-context.ts';
import { deliveryRoutes } from './delivery/delivery-routes.ts';
import { createDirectMeasures } from './delivery/direct-measures.ts';
import { createFiwareMeasures } from './delivery/fiware-measures.ts';
import { metricsRoute } from './delivery/metrics-route.ts';
import type { Pipeline } from './delivery/pipeline.ts';
import { runPipeline } from './delivery/pipeline.ts';
import { previewRoutes } from './delivery/preview-routes.ts';
import { createSamples } from './delivery/samples.ts';
import { openConnections } from './devices/connection.ts';
import { deviceImportRoutes } from './devices/device-import-routes.ts';
import { openRegistry } from './devices/registry.ts';
import { registryRoutes } from './devices/registry-routes.ts';
import type { Secrets } from './devices/secret.ts';
import { readDevice, readProfile } from './devices/validation.ts';
import { openAgentDirectory } from './fiware/agent-directory.ts';
import { DEVICE_TOPICS, readDeviceAddress } from './fiware/device-message.ts';
import { deviceRoutes } from './fiware/device-routes.ts';
import { provisioningRoutes } from './fiware/provisioning-routes.ts';
import type { Counters } from './frames/counters.ts';
import { createWarnings, noCounters } from './frames/counters.ts';
import type { Publish, Receive } from './frames/message-ports.ts';
import { RegistryError } from './frames/registry-error.ts';
import { answerErrors } from './http/error-answers.ts';
import { createInbox } from './inbox/inbox.ts';
import { messageReader } from './inbox/read-message.ts';
import { startLiveness } from './liveness/liveness.ts';
import { createReceptions } from './liveness/receptions.ts';
import type { Device, DeviceProfile } from './mapping/device-profile.ts';
import { openMqttAccess } from './mqtt/access.ts';
import { mqttAccessRoutes } from './mqtt/access-routes.ts';
import type { EmbeddedMqtt, EmbeddedTls } from './mqtt/embedded-broker.ts';
import { startEmbeddedMqtt } from './mqtt/embedded-broker.ts';
import type { MqttSessions } from './mqtt/sessions.ts';
import { openMqttSessions } from './mqtt/sessions.ts';
import type { MqttSubscriber, MqttTls } from './mqtt/subscriber.ts';
import { isUplinkTopic, UPLINK_TOPICS } from './network-servers/read-uplink.ts';
import type { Outgoing } from './outgoing/outgoing.ts';
import { SourceError } from './outgoing/remote-error.ts';
import type { Membership } from './processes/membership.ts';
import { joinMembers } from './processes/membership.ts';
import type { Sources } from './sources/runner.ts';
import { startSources } from './sources/runner.ts';
import { sourceRoutes } from './sources/source-routes.ts';
import { gatewayRoutes } from './sources/talq/gateway-routes.ts';
import { isTalqDevice } from './sources/talq/gateway-rows.ts';
import { createTalqGateways } from './sources/talq/gateways.ts';
import { webhookRoutes } from './webhooks/webhook-routes.ts';

export type { Database } from './database.ts';
export type { Counters } from './frames/counters.ts';
export { RegistryError } from './frames/registry-error.ts';
export type {
  AttributeMapping,
  Device,
  DeviceProfile,
  EntityMapping,
  ProfileCommand,
} from './mapping/device-profile.ts';

/** Numbered SQL for schema `iot`, to be run before the agents start. */
export const migrationsFolder = new URL('../migrations/', import.meta.url);

export interface IotAgentsOptions {
  readonly db: Database;
  readonly client: NgsiLdClient;
  /** URL of the @context whose terms the profiles use. */
  readonly context: string;
  /** The broker is in this process: measures are written to it without the inbox between. Default false. */
  readonly isBrokerNear?: boolean;
  /** Where the embedded MQTT broker listens. */
  readonly host: string;
  /** 0: any that is free. Absent: no embedded MQTT broker. */
  readonly mqttPort?: number;
  /** A second door of the embedded MQTT broker. */
  readonly mqttTlsDoor?: EmbeddedTls;
  /** An MQTT broker elsewhere to take uplinks from. */
  readonly mqttUrl?: string;
  /** By which it knows us; of several processes each gets one of its own, made of this. */
  readonly mqttClientId?: string;
  readonly mqttTls?: MqttTls;
  readonly logger?: Logger;
  /** How sources are reached and their secrets kept; absent: nothing is read from others. */
  readonly reach?: { readonly outgoing: Outgoing; readonly secrets: Secrets };
  /** Where our own subscriptions notify that an attribute asks for a command; default `/iot/notify` beside the context. */
  readonly notifyUrl?: string;
  /** Gets the routes under `/iot`; not yet listening. */
  readonly app?: FastifyInstance;
  /**
   * `enforced`: who shows neither a secret nor a key is refused, network servers without one and MQTT clients without a
   * credential, but for FIWARE's devices, whose topics have their key. Default `open`.
   */
  readonly access?: 'open' | 'enforced';
  /** Default true. False where another process has the MQTT broker that devices are connected to: that one sends them. */
  readonly sendsCommands?: boolean;
}

export interface IotAgents {
  /** Of the embedded MQTT broker; undefined without one. */
  readonly mqttPort: number | undefined;
  readonly mqttTlsPort: number | undefined;
  /** By which a network server that this process plays itself comes in at the embedded MQTT broker. */
  readonly ownMqttCredential: { readonly username: string; readonly password: string };
  /** Makes these profiles and devices exist as given. @throws RegistryError */
  provision(given: {
    readonly profiles?: readonly DeviceProfile[];
    readonly devices?: readonly Device[];
  }): Promise<void>;
  counters(): Readonly<Counters>;
  /** What the commands of all devices are called: writes of attributes of these names may ask for them. */
  commandNames(): Promise<ReadonlySet<string>>;
  /** Looks at once for devices that have fallen silent or are back, as it does every minute. */
  checkLiveness(): Promise<void>;
  /** Acknowledges nothing more, gives what is under way a moment, and stops. What is left is in the inbox. */
  close(): Promise<void>;
}

const DRAIN_MS = 3_000;

/** Starts all agents of this process: MQTT and webhooks in, NGSI-LD updates out, a durable inbox between. */
export async function startIotAgents(options: IotAgentsOptions): Promise<IotAgents> {
  const { db, client, context, app } = options;
  const logger = options.logger ?? pino({ level: 'warn' });
  const counters = noCounters();
  const warnings = createWarnings(counters);
  const stop = new AbortController();
  let subscriber: MqttSubscriber | undefined;
  let sessions: MqttSessions | undefined;
  let embedded: EmbeddedMqtt | undefined;
  const onTopics = (): void => {
    subscriber?.renew();
    embedded?.renew();
  };
  const connections = await openConnections(db, onTopics, options.reach?.secrets);
  const read = messageReader(connections);
  let pipeline: Pipeline | undefined;
  const inbox = createInbox(db, read, () => membership);
  const membership: Membership = await joinMembers({
    db,
    logger,
    underWay: inbox.underWay,
    onGained(partitions) {
      pipeline?.forget(partitions);
      inbox.look();
    },
    onLost: inbox.drop,
    onFrames: inbox.look,
    onRenewed() {
      inbox.wake();
      sessions?.adopt();
    },
  });
  /** What one process is enough for. */
  const isFirst = (): boolean => membership.isValid() && membership.takes(0);
  const registry = await openRegistry(db, () => inbox.reload());
  const takes = (topic: string): boolean =>
    isUplinkTopic(topic) || readDeviceAddress(topic) !== undefined || connections.of(topic) !== undefined;
  const inboxTopics = (): string[] => [...UPLINK_TOPICS, ...DEVICE_TOPICS, ...connections.topics()];
  const codecs = createCodecPool();
  const samples = createSamples(db, logger);
  const receptions = createReceptions();
  const isOpen = options.access !== 'enforced';
  const access = await openMqttAccess(db, isOpen);
  const notifyUrl = options.notifyUrl ?? URL.parse('/iot/notify', context)?.href;
  const notifySecret = await openNotifySecret(db, options.reach?.secrets);
  const notify = notifyUrl === undefined ? undefined : notifySecret.endpoint(notifyUrl);
  const commandAttributes =
    notify === undefined ? undefined : createCommandAttributes({ client, context, notify, logger });
  const directory = await openAgentDirectory(db, (config) => void commandAttributes?.offer([config]));
  let sources: Sources | undefined;
  const publish: Publish = async (topic, payload, how) => {
    const connected = [embedded, subscriber?.connected() === true ? subscriber : undefined].filter(
      (broker) => broker !== undefined,
    );
    if (connected.length === 0) throw new Error('no MQTT broker is connected');
    await Promise.all(connected.map((broker) => broker.publish(topic, payload, how)));
  };
  const commands = startCommands({
    db,
    client,
    context,
    registry,
    directory,
    codecs,
    publish,
    async override(source, given, id) {
      if (sources === undefined) throw new RefusedError('no sources are read here');
      return sources.override(source, given, id).catch((cause: unknown) => {
        const { status } = cause instanceof SourceError ? cause : {};
        const isRefused = cause instanceof RegistryError || (status !== undefined && status < 500 && status !== 429);
        throw isRefused && cause instanceof Error ? new RefusedError(cause.message) : cause;
      });
    },
    isLamp: (source, address, tenant) => isTalqDevice(db, source, address, tenant),
    post: downlinkPoster(connections, options.reach?.outgoing),
    connections,
    logger,
    sends: options.sendsCommands ?? true,
    mirrors: isFirst,
  });
  const configurations = createConfigurations({
    db,
    client,
    context,
    directory,
    publish,
    ...(notify === undefined ? {} : { notify }),
    logger,
  });
  const parts: Omit<DeliveryContext, 'fiwareMeasures'> = {
    db,
    inbox,
    membership,
    registry,
    connections,
    directory,
    commands,
    configurations,
    codecs,
    samples,
    receptions,
    client,
    context,
    counters,
    warnings,
    logger,
    signal: stop.signal,
  };
  const delivery = { ...parts, fiwareMeasures: createFiwareMeasures(parts) };
  const store = async (topic: string, body: Uint8Array, receivedAt?: string): Promise<void> => {
    await inbox.receive(topic, body, receivedAt);
    counters.received += 1;
  };
  const receive: Receive = options.isBrokerNear ? createDirectMeasures(delivery, store) : store;
  pipeline = runPipeline(delivery);
  const delivered = pipeline.done.catch((cause: unknown) =>
    logger.fatal({ err: cause }, 'uplinks are stored and no longer delivered'),
  );

  const commandNames = await openCommandNames(db);
  const offers =
    commandAttributes === undefined || notify === undefined
      ? undefined
      : await offerDeviceCommands({ db, commandAttributes, mark: notify.mark, isOurs: isFirst, logger });
  const gateways = createTalqGateways({ db, inbox, commands, commandAttributes, logger });
  sources = options.reach && (await startSources({ db, inbox, logger, onLights: gateways.taken, ...options.reach }));
  const liveness = startLiveness({ db, client, context, registry, receptions, logger });

  embedded =
    options.mqttPort === undefined
      ? undefined
      : await startEmbeddedMqtt({
          host: options.host,
          port: options.mqttPort,
          receive,
          takes,
          topics: inboxTopics,
          access,
          counters,
          logger,
          ...(options.mqttTlsDoor === undefined ? {} : { tls: options.mqttTlsDoor }),
        });
  const { mqttUrl, mqttTls } = options;
  if (mqttUrl !== undefined) {
    sessions = await openMqttSessions({
      db,
      process: membership.process,
      source: {
        url: mqttUrl,
        ...(mqttTls === undefined ? {} : { tls: mqttTls }),
        group: options.mqttClientId ?? 'alzette-iot-agents',
        receive,
        topics: inboxTopics,
        logger,
      },
      signal: stop.signal,
    });
    subscriber = sessions.subscriber;
  }

  if (app !== undefined) {
    const mqtt = () => ({
      ...(embedded === undefined ? {} : { embeddedPort: embedded.port, clients: embedded.clients() }),
      ...(subscriber === undefined ? {} : { external: subscriber.health() }),
    });
    metricsRoute(app, { db, counters, mqtt });
    await app.register(
      async (scope) => {
        answerErrors(scope);
        await scope.register(webhookRoutes, { receive, connections, counters, isOpen });
        await scope.register(deviceRoutes, { receive, directory, commands, access, counters });
        await scope.register(provisioningRoutes, {
          db,
          directory,
          ...(commandAttributes === undefined ? {} : { commandAttributes }),
        });
        await scope.register(commandRoutes, {
          db,
          commands,
          configurations,
          client,
          context,
          isOurs: notifySecret.isOurs,
        });
        await scope.register(mqttAccessRoutes, { access });
        await scope.register(registryRoutes, { registry, connections, codecs });
        await scope.register(deviceImportRoutes, { registry });
        await scope.register(previewRoutes, { db, registry, connections, codecs, samples });
        if (sources !== undefined) {
          await scope.register(sourceRoutes, { db, sources });
          await scope.register(gatewayRoutes, { db, gateways, sources });
        }
        await scope.register(deliveryRoutes, { db, inbox, read, counters, warnings, mqtt });
      },
      { prefix: '/iot' },
    );
  }

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([embedded?.close(), subscriber?.close(), sources?.close(), offers?.close()]);
    await commandNames.close();
    await Promise.all([registry.close(), connections.close(), directory.close(), access.close(), commands.close()]);
    await inbox.close();
    await Promise.race([delivered, sleep(DRAIN_MS, undefined, { ref: false })]);
    stop.abort();
    await delivered;
    await membership.close();
    await Promise.all([codecs.close(), samples.close(), liveness.close()]);
  };

  return {
    mqttPort: embedded?.port,
    mqttTlsPort: embedded?.tlsPort,
    ownMqttCredential: access.ownCredential(UPLINK_TOPICS),
    async provision({ profiles = [], devices = [] }) {
      await registry.provision(
        profiles.map((profile, index) => readProfile(profile, `profiles[${index}]`)),
        devices.map((device, index) => readDevice(device, `devices[${index}]`)),
      );
    },
    counters: () => counters,
    commandNames: commandNames.current,
    checkLiveness: () => liveness.check(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
