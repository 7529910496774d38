import type { Expression } from '@alzette/kit/expressions';
import type { ProfileCommand } from './device-profile.ts';
import { compiledAt } from './entity-mapper.ts';

export interface CompiledCommand {
  readonly definition: ProfileCommand;
  readonly payload: Expression;
  readonly done?: Expression;
}

/** @throws MappingError names the invalid expression */
export function compileCommands(commands: readonly ProfileCommand[] = []): ReadonlyMap<string, CompiledCommand> {
  return new Map(
    commands.map((definition, at) => [
      definition.name,
      {
        definition,
        payload: compiledAt(definition.payload, `commands[${at}].payload`),
        ...(definition.done === undefined ? {} : { done: compiledAt(definition.done, `commands[${at}].done`) }),
      },
    ]),
  );
}
