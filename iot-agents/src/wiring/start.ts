import { setTimeout as sleep } from 'node:timers/promises';
import { withTrace } from '@alzette/kit/tracing';
import { pino } from 'pino';
import { startAmqpReceiver } from '../amqp/receiver.ts';
import { createCodecPool } from '../codecs/codec-pool.ts';
import { openCommandNames } from '../commands/command-names.ts';
import { offerDeviceCommands } from '../commands/offer-devices.ts';
import type { DeliveryContext } from '../delivery/delivery-context.ts';
import { backlogAge, readBacklog } from '../delivery/delivery-routes.ts';
import { createDirectMeasures } from '../delivery/fast/direct-measures.ts';
import { createFiwareMeasures } from '../delivery/fiware-measures.ts';
import type { Pipeline } from '../delivery/pipeline.ts';
import { runPipeline } from '../delivery/pipeline.ts';
import { createSamples } from '../delivery/samples.ts';
import { type ReceiveTraced, traceMessages } from '../delivery/trace-messages.ts';
import { openConnections } from '../devices/connection.ts';
import { openRegistry } from '../devices/registry.ts';
import { readDevice, readProfile } from '../devices/validation.ts';
import { openAgentDirectory } from '../fiware/agent-directory.ts';
import { createWarnings, noCounters } from '../frames/counters.ts';
import { Inbox } from '../inbox/inbox.ts';
import { messageReader } from '../inbox/read-message.ts';
import { startLiveness } from '../liveness/liveness.ts';
import { createReceptions } from '../liveness/receptions.ts';
import { openMqttAccess } from '../mqtt/access.ts';
import { UPLINK_TOPICS } from '../network-servers/read-uplink.ts';
import type { Membership } from '../processes/membership.ts';
import { joinMembers } from '../processes/membership.ts';
import { openAttributeCommands, startCommanding } from './commands.ts';
import { createMqttConnections } from './mqtt-connections.ts';
import { contextOf, type IotAgents, type IotAgentsOptions } from './options.ts';
import { registerRoutes } from './routes.ts';
import type { StartedSources } from './sources.ts';
import { startAllSources } from './sources.ts';

const DRAIN_MS = 3_000;

/** Downlinks for The Things Stack, which a simulated network server in this process receives. */
const SIMULATED_DOWNLINKS = 'v3/+/devices/+/down/push';

/** The rights of MQTT clients without a credential. */
function withoutCredential({ access, mqttAnonymous }: IotAgentsOptions): 'open' | 'keys' | undefined {
  if (access !== 'enforced') return 'open';
  return mqttAnonymous === true ? 'keys' : undefined;
}

/**
 * Starts all agents of this process: MQTT and webhooks in, NGSI-LD updates out, with a durable inbox in between.
 * Longer than 80 lines: it starts all parts in order and passes each to those that need it.
 */
export async function startIotAgents(options: IotAgentsOptions): Promise<IotAgents> {
  const { db, client, app } = options;
  const logger = options.logger ?? pino({ level: 'warn' });
  const counters = noCounters();
  const warnings = createWarnings(counters);
  const stop = new AbortController();
  const { signal } = stop;
  const mqtt = createMqttConnections();
  const connections = await openConnections(db, mqtt.renew, options.reach?.secrets);
  const read = messageReader(connections);
  let pipeline: Pipeline | undefined;
  const inbox = new Inbox(db, read, () => membership);
  const membership: Membership = await joinMembers({
    db,
    logger,
    underWay: (partition) => inbox.underWay(partition),
    onGained(partitions, waitedFor) {
      pipeline?.forget(partitions);
      inbox.learnPutOff(waitedFor);
      inbox.look();
    },
    onLost: (partitions) => inbox.drop(partitions),
    onFrames: () => inbox.look(),
    onRenewed() {
      inbox.wake();
      mqtt.adopt();
    },
  });
  /** For tasks that one process does for all. */
  const isFirst = (): boolean => membership.isValid() && membership.takes(0);
  const registry = await openRegistry(db, () => inbox.reload());
  const codecs = createCodecPool();
  const samples = createSamples(db, logger);
  const receptions = createReceptions();
  const access = await openMqttAccess(db, withoutCredential(options));
  const { offered, isOurs } = await openAttributeCommands(options, logger);
  const directory = await openAgentDirectory(db, (config) => void offered?.attributes.offer([config]));
  let started: StartedSources | undefined;
  const { commands, configurations } = startCommanding(options, {
    registry,
    directory,
    connections,
    codecs,
    publish: mqtt.publish,
    talqSources: () => started?.talqSources,
    offered,
    mirrors: isFirst,
    logger,
  });
  const shared = { db, inbox, membership, registry, connections, directory, commands, configurations, codecs };
  const ofTenant = { contextOf: contextOf(options) };
  const parts = { ...shared, ...ofTenant, samples, receptions, client, counters, warnings, logger, signal };
  const delivery: DeliveryContext = { ...parts, fiwareMeasures: createFiwareMeasures(parts) };
  const store: ReceiveTraced = async (topic, body, trace, received) => {
    await withTrace(trace, () => inbox.receive(topic, body, received));
    counters.received += 1;
  };
  const receive = traceMessages(options.isBrokerNear ? createDirectMeasures(delivery, store) : store);
  pipeline = runPipeline(delivery);
  const delivered = pipeline.done.catch((cause: unknown) =>
    logger.fatal({ err: cause }, 'uplinks are stored, but no longer delivered'),
  );

  const commandNames = await openCommandNames(db);
  const offers =
    offered &&
    (await offerDeviceCommands({
      db,
      commandAttributes: offered.attributes,
      mark: offered.notify.mark,
      isOurs: isFirst,
      logger,
    }));
  started = await startAllSources(options, { inbox, commands, commandAttributes: offered?.attributes, logger, signal });
  const liveness = startLiveness({ db, client, ...ofTenant, registry, receptions, logger, isOurs: isFirst });
  await mqtt.open({ db, options, membership, receive, connections, access, counters, logger, signal });
  const amqp = options.amqp && (await startAmqpReceiver({ ...options.amqp, receive, logger }));
  if (app !== undefined) {
    await registerRoutes(app, options, {
      ...parts,
      receive,
      read,
      access,
      offered,
      isOurs,
      started,
      mqtt: mqtt.health,
      amqp: () => amqp?.health(),
      embedded: mqtt.embedded(),
    });
  }

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([mqtt.close(), amqp?.close(), started?.sources.close(), offers?.close()]);
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
    mqttPort: mqtt.embedded()?.port,
    mqttTlsPort: mqtt.embedded()?.tlsPort,
    ownMqttCredential: access.ownCredential([...UPLINK_TOPICS, SIMULATED_DOWNLINKS]),
    async provision({ profiles = [], devices = [], sources = [] }) {
      await registry.provision(
        profiles.map((profile, index) => readProfile(profile, `profiles[${index}]`)),
        devices.map((device, index) => readDevice(device, `devices[${index}]`)),
      );
      for (const source of sources) {
        await started?.sources.put(source.id, source);
        await started?.sources.runSoon(source.id);
      }
    },
    counters: () => counters,
    commandNames: commandNames.current,
    watchCommandNames: commandNames.watch,
    ingestLag: async () => backlogAge(await readBacklog(db)),
    checkLiveness: () => liveness.check(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
