/** Where network servers and devices publish by MQTT. */
export interface MqttAddress {
  /** Absent: the host of this server, by the name that its users know. */
  readonly host?: string;
  readonly port: number;
  readonly tls: boolean;
  /** MQTT over WebSocket, with the path of the endpoint. */
  readonly webSocketPath?: string;
}

/** The ports of the embedded broker. */
export interface EmbeddedPorts {
  readonly port: number;
  readonly tlsPort?: number;
}

/** The addresses of the embedded broker, that with TLS first, and of the external one. */
export function mqttAddresses(embedded: EmbeddedPorts | undefined, externalUrl: string | undefined): MqttAddress[] {
  const addresses: MqttAddress[] = [];
  if (embedded?.tlsPort !== undefined) addresses.push({ port: embedded.tlsPort, tls: true });
  if (embedded !== undefined) addresses.push({ port: embedded.port, tls: false });
  if (externalUrl !== undefined) addresses.push(addressOf(new URL(externalUrl)));
  return addresses;
}

const USUAL_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

function addressOf({ protocol, hostname, port, pathname }: URL): MqttAddress {
  const address = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (USUAL_PORTS[protocol] ?? 1883) : Number(port),
    tls: protocol === 'mqtts:' || protocol === 'wss:',
  };
  return protocol.startsWith('ws') ? { ...address, webSocketPath: pathname } : address;
}
