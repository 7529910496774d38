/** How each network server connects to the platform. The IoT agents listen on these topics and paths. */
interface NetworkServerGuide {
  readonly id: string;
  readonly name: string;
  /** The MQTT topic of uplinks; absent: no support of MQTT for this server. */
  readonly topic?: string;
  /** The path for uplinks by HTTP POST. */
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

/** If access is enforced, each webhook belongs to a connection, which shows its secret. */
export function webhookPath({ path }: NetworkServerGuide, isEnforced: boolean): string {
  return isEnforced ? path.replace(/^\/iot\/lns(?=\?|$)/, '/iot/lns/<connection>') : path;
}

export function networkServerName(id: string | undefined): string | undefined {
  return NETWORK_SERVERS.find((server) => server.id === id)?.name ?? id;
}
