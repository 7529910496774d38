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

const TOPIC = /^\/?(?:(json|ul)\/)?([^/]+)\/([^/]+)\/(?:(attrs)(?:\/([^/]+))?|(cmdexe)|(configuration)\/commands)$/;

/** Stands before the path of a request, so that no MQTT topic can pass for one. */
const REQUEST = 'http:';
const PATH = /^\/iot\/(json|d)(?:\/(?:attrs\/([^/]+)|(commands)|(configuration)\/commands))?$/;

export function requestTopic(url: string): string {
  return REQUEST + url;
}

/** Undefined: no topic of a FIWARE device. */
export function readDeviceAddress(topic: string): DeviceAddress | undefined {
  if (topic.startsWith(REQUEST)) return readRequest(topic.slice(REQUEST.length));
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
  const [path = '', query] = url.split('?', 2);
  const match = PATH.exec(path);
  const parameters = new URLSearchParams(query);
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
