/** How each network server reaches us. Topics and paths are the ones the IoT agents listen on. */
interface NetworkServerGuide {
  readonly id: string;
  readonly name: string;
  /** Uplinks come on this MQTT topic; absent: the server speaks no MQTT we take. */
  readonly topic?: string;
  /** Or are posted to this path. */
  readonly path: string;
}

export const NETWORK_SERVERS: readonly NetworkServerGuide[] = [
  {
    id: 'ttn-v3',
    name: 'The Things Stack v3',
    topic: 'v3/<application>@<tenant>/devices/<device>/up',
    path: '/iot/lns',
  },
  {
    id: 'chirpstack-v4',
    name: 'ChirpStack v4',
    topic: 'application/<id>/device/<DevEUI>/event/up',
    path: '/iot/lns?event=up',
  },
  {
    id: 'chirpstack-v3',
    name: 'ChirpStack v3',
    topic: 'application/<id>/device/<DevEUI>/event/up',
    path: '/iot/lns?event=up',
  },
  { id: 'actility', name: 'Actility ThingPark', topic: 'mqtt/things/<DevEUI>/uplink', path: '/iot/lns/<connection>' },
  { id: 'liveobjects', name: 'Orange Live Objects', path: '/iot/lns/<connection>' },
  { id: 'loriot', name: 'Loriot', path: '/iot/lns/<connection>' },
  { id: 'kerlink', name: 'Kerlink Wanesy', path: '/iot/lns/<connection>' },
];

/** Where access is enforced, each webhook is that of a connection, whose secret it shows. */
export function webhookPath({ path }: NetworkServerGuide, isEnforced: boolean): string {
  return isEnforced ? path.replace(/^\/iot\/lns(?=\?|$)/, '/iot/lns/<connection>') : path;
}

export function networkServerName(id: string | undefined): string | undefined {
  return NETWORK_SERVERS.find((server) => server.id === id)?.name ?? id;
}
