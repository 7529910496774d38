export type DeviceProtocol = 'json' | 'ul';

/** The address of a FIWARE device's message: from the topic, or from the path and query of a request. */
export interface DeviceAddress {
  /** Undefined: the topic has no prefix, so the group decides. */
  readonly protocol?: DeviceProtocol;
  readonly apikey: string;
  readonly deviceId: string;
  readonly channel: 'attrs' | 'cmdexe' | 'configuration';
  /** Set if the message is the value of a single attribute. */
  readonly objectId?: string;
  /** The parameter `t` of the request. */
  readonly time?: string;
}

/** Both protocols, with and without leading slash and protocol prefix. */
export const DEVICE_TOPICS: readonly string[] = ['/json/', 'json/', '/ul/', 'ul/', '/', ''].flatMap((prefix) => [
  `${prefix}+/+/attrs/#`,
  `${prefix}+/+/cmdexe`,
  `${prefix}+/+/configuration/commands`,
]);

const TOPIC = /^\/?(?:(json|ul)\/)?([^/\0]+)\/([^/\0]+)\/(?:(attrs)(?:\/([^/]+))?|(cmdexe)|(configuration)\/commands)$/;

/** The prefix for requests. A published MQTT topic can't contain `#`. */
const REQUEST = 'http#';
const PATH = /^\/iot\/(json|d)(?:\/(?:attrs\/([^/]+)|(commands)|(configuration)\/commands))?$/;

/** The topic under which a request's message is stored: only what the route has parsed. */
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

/** Parses a stored topic: an MQTT topic, or that of a request. Undefined: it does not belong to a FIWARE device. */
export function readDeviceAddress(topic: string): DeviceAddress | undefined {
  return topic.startsWith(REQUEST) ? readRequest(topic.slice(REQUEST.length)) : readDeviceTopic(topic);
}

/** Whether it is a topic on which a FIWARE device publishes. */
export function isDeviceTopic(topic: string): boolean {
  return TOPIC.test(topic);
}

/** Undefined: not a topic on which a FIWARE device publishes. */
export function readDeviceTopic(topic: string): DeviceAddress | undefined {
  const match = TOPIC.exec(topic);
  if (match === null) return undefined;
  const [, protocol, apikey = '', deviceId = '', , objectId, cmdexe, configuration] = match;
  return {
    // The pattern allows only these two.
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
