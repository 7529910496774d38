import { isObject } from '../frames/json-values.ts';
import type { EffectiveConfig } from './agent-config.ts';
import { readUltraLightValue } from './ultralight.ts';

/** Commands in the format of the protocol; several in one text for a polling device. */
export function commandText(
  { protocol, deviceId }: Pick<EffectiveConfig, 'protocol' | 'deviceId'>,
  commands: readonly { readonly name: string; readonly value: unknown }[],
): string {
  if (protocol === 'json') return JSON.stringify(Object.fromEntries(commands.map(({ name, value }) => [name, value])));
  return commands.map(({ name, value }) => ultraLightCommand(deviceId, name, value)).join('#');
}

export function ultraLightCommand(deviceId: string, name: string, value: unknown): string {
  return `${deviceId}@${name}|${ultraLight(value)}`;
}

function ultraLight(value: unknown): string {
  if (!isObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  return Object.entries(value)
    .map(([name, parameter]) => `${name}=${typeof parameter === 'string' ? parameter : JSON.stringify(parameter)}`)
    .join('|');
}

export interface CommandResult {
  readonly name: string;
  readonly failed: boolean;
  readonly info: unknown;
}

/**
 * Parses a device's command results. Failure is our own extension: `{"cmd":{"status":"ERROR","info":…}}`,
 * `dev@cmd|ERROR|…`, `dev@cmd!|…`.
 */
export function readResults(protocol: 'json' | 'ul', text: string): CommandResult[] {
  if (protocol === 'ul')
    return text
      .split('#')
      .map(readUltraLightResult)
      .filter((result) => result !== undefined);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, info]) =>
    isObject(info) && (info.status === 'ERROR' || info.status === 'OK')
      ? { name, failed: info.status === 'ERROR', info: info.info ?? info.status }
      : { name, failed: false, info },
  );
}

function readUltraLightResult(text: string): CommandResult | undefined {
  const match = /^[^@]*@([^|!]+)(!?)(?:\|(.*))?$/s.exec(text.trim());
  if (match === null) return undefined;
  const [, name = '', bang, rest = ''] = match;
  const failed = bang === '!' || rest === 'ERROR' || rest.startsWith('ERROR|');
  return { name, failed, info: readUltraLightValue(failed ? rest.replace(/^ERROR\|/, '') : rest) };
}
