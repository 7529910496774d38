import type { LoggedCommand } from '../../commands/lamp-override.ts';
import { isObject, object, text, time } from '../../frames/json-values.ts';
import { TalqError } from './talq-error.ts';

/** A value of a device in a log. */
export interface LoggedValue {
  /** Lower case. */
  readonly address: string;
  readonly functionId?: string;
  readonly attribute: string;
  readonly value: unknown;
  readonly at: string;
}

interface LogReport {
  /** By time. */
  readonly values: readonly LoggedValue[];
  readonly commands: readonly LoggedCommand[];
}

/** Parses a LogReport. Events that begin or end become attributes with their name. @throws TalqError names the entry */
export function readLogReport(body: unknown, receivedAt: string): LogReport {
  const { entries = [] } = object(body);
  if (!isObject(body) || !Array.isArray(entries)) {
    throw new TalqError(400, 'payloadError', 'the body is not a LogReport with a list of entries');
  }
  const values: LoggedValue[] = [];
  const commands: LoggedCommand[] = [];
  for (const [index, entry] of entries.entries()) {
    const wrong = (member: string, expected: string): TalqError =>
      new TalqError(400, 'payloadError', `entries[${index}].data.${member}: expected ${expected}`);
    const data = object(object(entry).data);
    const [address = '', functionId] = (text(data.srcAddress) ?? '').replace(/^\/?devices\//, '').split('/');
    if (!/^[0-9A-Fa-f-]{36}$/.test(address)) throw wrong('srcAddress', 'the address of a device or of its function');
    if (data.timestamp !== undefined && time(data.timestamp) === undefined) throw wrong('timestamp', 'a DateTime');
    const at = time(data.timestamp) ?? receivedAt;
    const source = { address: address.toLowerCase(), ...(functionId === undefined ? {} : { functionId }) };
    switch (data.type) {
      case 'AttributeLogData': {
        const attribute = text(data.attributeName);
        if (attribute === undefined) throw wrong('attributeName', 'a name');
        if (!isObject(data.attributeValue)) throw wrong('attributeValue', 'an attribute with a value');
        const { value, timestamp } = data.attributeValue;
        values.push({ ...source, attribute, value, at: time(timestamp) ?? at });
        break;
      }
      case 'EventLogData': {
        const event = text(data.eventType);
        if (event === undefined) throw wrong('eventType', 'a name');
        if (typeof data.startEndFlag === 'boolean') {
          values.push({ ...source, attribute: event, value: data.startEndFlag, at });
        }
        break;
      }
      case 'StateChangeEventLogData': {
        if (!isObject(data.command)) throw wrong('command', 'the command that changed the state');
        const isDone = data.eventType === 'lightStateChange';
        if (isDone)
          values.push({ ...source, attribute: 'actualLightState', value: data.state ?? data.command.state, at });
        const cmsRefId = text(data.command.cmsRefId) ?? text(object(entry).cmsRefId);
        if (cmsRefId !== undefined) commands.push({ cmsRefId, isDone });
        break;
      }
      default:
        throw wrong('type', 'AttributeLogData, EventLogData or StateChangeEventLogData');
    }
  }
  return { values: values.sort((a, b) => a.at.localeCompare(b.at)), commands };
}
