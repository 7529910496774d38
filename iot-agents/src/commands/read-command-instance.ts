import { shown } from '@alzette/kit/problems';
import { isObject, text } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { Confirmation } from './command.ts';
import type { CommandRequest } from './prepare-command.ts';

const CONFIRMATIONS: readonly Confirmation[] = [0, 1, 2];

/**
 * The command in an instance of its attribute: several instances with datasetIds are several commands, and `qos` is the
 * confirmation that the application wants (GS CIM 009, annex H.3.2).
 *
 * @throws RegistryError WRONG_SYNTAX
 */
export function readCommandInstance(
  command: string,
  instance: unknown,
): Pick<CommandRequest, 'command' | 'value' | 'datasetId' | 'confirmation'> {
  if (!isObject(instance) || !('value' in instance)) {
    throw new RegistryError('WRONG_SYNTAX', `${command} is ${shown(instance)}, expected a Property with a value`);
  }
  const { value, qos } = instance;
  const wished = wishes(instance);
  if (qos !== undefined && wished.confirmation === undefined) {
    throw new RegistryError('WRONG_SYNTAX', `qos of ${command} is ${shown(qos)}, expected a Property of 0, 1 or 2`);
  }
  return { command, value: value === 'urn:ngsi-ld:null' ? null : value, ...wished };
}

/** What can be read of how the application wants to hear of its command. */
export function wishes({
  datasetId,
  qos,
}: Readonly<Record<string, unknown>>): Pick<CommandRequest, 'datasetId' | 'confirmation'> {
  const name = text(datasetId);
  const level = isObject(qos) ? qos.value : qos;
  const confirmation = CONFIRMATIONS.find((known) => known === level);
  return { ...(name !== undefined && { datasetId: name }), ...(confirmation !== undefined && { confirmation }) };
}
