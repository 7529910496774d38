import { demoFolder } from '@alzette/territory';
import { readConfig } from '../config.ts';
import type { Finding } from '../doctor/finding.ts';
import {
  lookAtCertificate,
  lookAtDisk,
  lookAtMemory,
  lookAtNode,
  lookAtPorts,
  lookAtSecrets,
  lookAtTerritory,
} from '../doctor/look-at-machine.ts';
import { lookAtBackups, lookAtDatabase, lookAtMail, lookAtMqtt } from '../doctor/look-at-neighbours.ts';
import { type Command, readArguments } from './command.ts';

const MARKS = { good: '✓', warning: '!', fault: '✗' } as const;

/** Checks everything that the product needs, and shows how to fix each problem. */
export const doctor: Command = {
  usage: `alzette doctor
    checks settings, database, disk, clock, ports, certificate, mail, MQTT and backups, and shows how to fix each problem;
    exits with 1 if there is one`,
  async run(args, environment) {
    readArguments(args, {});
    const config = readConfig({ ...environment, DEMO: 'off' });
    const looks: readonly (() => Finding | Finding[] | Promise<Finding | Finding[]>)[] = [
      () => lookAtNode(),
      () => lookAtMemory(),
      () => lookAtDisk(config),
      () => lookAtPorts(config),
      () => lookAtDatabase(config),
      () => lookAtMail(config),
      () => lookAtMqtt(config),
      () => lookAtBackups(config),
      () => lookAtCertificate(config),
      () => lookAtSecrets(config),
      () => lookAtTerritory(config.territoryFolder ?? demoFolder()),
    ];
    let faults = 0;
    for (const look of looks) {
      for (const { what, state, found, remedy } of [await look()].flat()) {
        if (state === 'fault') faults += 1;
        console.log(`${MARKS[state]} ${what.padEnd(12)} ${found}`);
        if (remedy !== undefined) console.log(`  ${''.padEnd(12)} → ${remedy}`);
      }
    }
    return faults > 0 ? 1 : 0;
  },
};
