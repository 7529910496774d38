import { runningStrategies } from '@alzette/lighting';
import type { Territory } from '@alzette/territory';
import type { Logger } from 'pino';
import { mqttAddress } from '../banner.ts';
import type { Config } from '../config.ts';
import { type Demo, loadDemo } from '../demo-folder.ts';
import type { RunningServices } from '../run-services.ts';
import { type Closers, contextUrl } from './options.ts';
import type { Server } from './server.ts';

/** Starts the simulated devices of the demo. */
export async function runDemo(
  config: Config,
  territory: Territory,
  { db, broker, agents, trusted }: Server,
  logger: Logger,
  closers: Closers,
): Promise<Demo> {
  const { startDevices } = await loadDemo();
  const demo = await startDevices({
    client: broker.client,
    provision: (given) => agents.provision(given),
    mqttUrl: mqttAddress(config) as string, // without MQTT the settings allow no demo
    // An external broker has its credentials in its URL.
    ...(config.mqttUrl === undefined ? { mqttCredential: agents.ownMqttCredential } : {}),
    context: contextUrl(config),
    trust: (origin) => trusted.add(origin),
    territory,
    strategies: (site) => runningStrategies(db, '', site),
    speed: config.demoSpeed,
    logger,
  });
  closers.push(() => demo.close());
  return demo;
}

/**
 * Lets the services create their parts of the demo, then writes its history. The map works before that, so users need not
 * wait.
 */
export async function fillDemo(
  demo: Demo,
  services: RunningServices,
  closers: Closers,
  say: (step: string) => void,
): Promise<void> {
  closers.push(() => services.stopDemo());
  const { CONTENTS } = await loadDemo();
  await services.startDemo(CONTENTS).catch(() => {}); // what failed has been logged
  await demo.isSimulated;
  void demo.writePast();
  say(`The demo's articles, alarms and reports are in place. Its past month follows in the background.`);
}
