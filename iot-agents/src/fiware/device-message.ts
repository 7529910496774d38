export type DeviceProtocol = 'json' | 'ul';

/** Where a message of a FIWARE device came in: what the topic, or the path and query of a request, tells. */
export interface DeviceAddress {
  /** Undefined: the topic has no prefix, the group knows. */
  readonly protocol?: DeviceProtocol;
  readonly apikey: string;
  readonly deviceId: string;
  readonly channel: 'attrs' | 'cmdexe' | 'configuration';
  /** The one attribute that the message is the value of. */
  readonly objectId?: string;
  /** `t` of the request. */
  readonly time?: string;
}

/** Both protocols with and without the leading slash and the protocol's prefix. */
export const DEVICE_TOPICS: readonly string[] = ['/json/', 'json/', '/ul/', 'ul/', '/', ''].flatMap((prefix) => [
  `${prefix}+/+/attrs/#`,
  `${prefix}+/+/cmdexe`,
  `${prefix}+/+/configuration/commands`,
]);

const TOPIC = /^\/?(?:(json|ul)\/)?([^/\0]+)\/([^/\0]+)\/(?:(attrs)(?:\/([^/]+))?|(cmdexe)|(configuration)\/commands)$/;

/** Stands before what a request says. No MQTT topic that is published has a `#`. */
const REQUEST = 'http#';
const PATH = /^\/iot\/(json|d)(?:\/(?:attrs\/([^/]+)|(commands)|(configuration)\/commands))?$/;

/** Under which a message that came by request is kept: what the route has read, and nothing of its own spelling. */
export function requestTopic({ protocol, apikey, deviceId, channel, objectId, time }: DeviceAddress): string {
  const way =
    channel === 'configuration'
      ? '/configuration/commands'
      : channel === 'cmdexe'
        ? '/commands'
        : objectId === undefined
          ? ''
          : `/attrs/${encodeURIComponent(objectId)}`;
  const query = new URLSearchParams({ k: apikey, i: deviceId, ...(time === undefined ? {} : { t: time }) });
  return `${REQUEST}/iot/${protocol === 'ul' ? 'd' : 'json'}${way}?${query}`;
}

/** By what a message is kept under: its MQTT topic, or what a request said. Undefined: it is of no FIWARE device. */
export function readDeviceAddress(topic: string): DeviceAddress | undefined {
  return topic.startsWith(REQUEST) ? readRequest(topic.slice(REQUEST.length)) : readDeviceTopic(topic);
}

/** Undefined: no topic that a FIWARE device publishes on. */
export function readDeviceTopic(topic: string): DeviceAddress | undefined {
  const match = TOPIC.exec(topic);
  if (match === null) return undefined;
  const [, protocol, apikey = '', deviceId = '', , objectId, cmdexe, configuration] = match;
  return {
    // The pattern allows these two.
    ...(protocol === undefined ? {} : { protocol: protocol as DeviceProtocol }),
    apikey,
    deviceId,
    channel: cmdexe !== undefined ? 'cmdexe' : configuration !== undefined ? 'configuration' : 'attrs',
    ...(objectId === undefined ? {} : { objectId }),
  };
}

function readRequest(url: string): DeviceAddress | undefined {
  const end = url.indexOf('?');
  const match = PATH.exec(url.slice(0, end));
  const parameters = new URLSearchParams(url.slice(end));
  const [apikey, deviceId] = [parameters.get('k'), parameters.get('i')];
  if (match === null || !apikey || !deviceId) return undefined;
  const time = parameters.get('t');
  return {
    protocol: match[1] === 'd' ? 'ul' : 'json',
    apikey,
    deviceId,
    channel: match[4] !== undefined ? 'configuration' : match[3] === undefined ? 'attrs' : 'cmdexe',
    ...(match[2] === undefined ? {} : { objectId: decodeURIComponent(match[2]) }),
    ...(time === null ? {} : { time }),
  };
}
