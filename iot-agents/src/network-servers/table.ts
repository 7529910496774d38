import { actility } from './actility.ts';
import { chirpStackV3 } from './chirpstack-v3.ts';
import { chirpStackV4 } from './chirpstack-v4.ts';
import { kerlink } from './kerlink.ts';
import { liveObjects } from './live-objects.ts';
import { loriot } from './loriot.ts';
import type { NetworkServer } from './network-server.ts';
import { theThingsStack } from './the-things-stack.ts';

/** A new network server is a file in this folder and a line here. The first one that recognises a message parses it. */
export const NETWORK_SERVERS: readonly NetworkServer[] = [
  theThingsStack,
  chirpStackV4,
  chirpStackV3,
  actility,
  liveObjects,
  loriot,
  kerlink,
];

const BY_NAME = new Map(NETWORK_SERVERS.map((server) => [server.name, server]));

/** Undefined: a server that is read with the pointers of its connection. */
export function networkServer(name: string): NetworkServer | undefined {
  return BY_NAME.get(name);
}
