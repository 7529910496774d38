import { InvalidInput } from '../input/invalid-input.ts';
import type { LightingParts } from '../parts.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Reads the name of a command of lamps: the usual one, or one that a device has. Other attributes of lamps are not
 * written by overrides and plans.
 *
 * @throws InvalidInput
 */
export async function readCommand(
  { commands }: Pick<LightingParts, 'commands'>,
  name: string | undefined,
  usual: string,
): Promise<string> {
  if (name === undefined || name === usual) return usual;
  if (!NAME.test(name) || !(await commands.names()).has(name)) {
    throw new InvalidInput('command', name, `"${usual}", or a command that a device has`);
  }
  return name;
}
