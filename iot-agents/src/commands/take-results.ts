import type { Database } from '../database.ts';
import type { CommandResult } from '../fiware/command-text.ts';
import type { Command, CommandAnswer } from './command.ts';
import type { CommandedDevice } from './command-rows.ts';
import * as rows from './command-rows.ts';

/** What a device has answered. */
export interface DeviceAnswer {
  readonly results: readonly CommandResult[];
  /** The id of the message in the inbox. Absent: it came by HTTP, and is not read again. */
  readonly message?: number | undefined;
  /** The id of the command, if the device has returned it (the header Fiware-Correlator). */
  readonly commandId?: string | undefined;
}

/** A second answer to a command that was sent twice comes soon after it was sent again. */
const REPEATED_WITHIN_MS = 60_000;

/**
 * Ends the commands that a device has answered. An answer belongs to the command whose id it has, otherwise to the first
 * one of its name that was sent and has no answer. An answer that no command waits for is kept with the last command of
 * its name.
 *
 * @returns the names of results for which the device has had no command at all
 */
export async function takeDeviceAnswer(
  db: Database,
  device: CommandedDevice,
  { results, message, commandId }: DeviceAnswer,
): Promise<string[]> {
  const waiting = await rows.sentCommands(db, device);
  const unknown: string[] = [];
  for (const [nth, { name, failed, info }] of results.entries()) {
    const given = {
      message: message === undefined ? null : `${message}/${nth}`,
      at: new Date().toISOString(),
      failed,
      info: info ?? null,
    };
    const last = await rows.lastCommands(db, device, name);
    if (isTaken(last, given.message)) continue;
    const command = meantCommand(waiting, last, name, commandId);
    if (command?.doneAt === null && (await rows.answer(db, command, { ...given, isUnexpected: false }))) {
      waiting.splice(waiting.indexOf(command), 1);
      continue;
    }
    const closest = command ?? last[0];
    if (closest === undefined) unknown.push(name);
    else await rows.noteAnswer(db, closest, { ...given, isUnexpected: true });
  }
  return unknown;
}

/** Whether the message was taken before, by a process that ended before it had removed it from the inbox. */
function isTaken(commands: readonly Command[], message: CommandAnswer['message']): boolean {
  return message !== null && commands.some(({ answers }) => answers.some((answer) => answer.message === message));
}

function meantCommand(
  waiting: readonly Command[],
  last: readonly Command[],
  name: string,
  id: string | undefined,
): Command | undefined {
  const own = waiting.filter((command) => command.name === name);
  const named = [...own, ...last].find((command) => command.id === id && command.sentAt !== null);
  if (named !== undefined) return named;
  const [next] = own;
  return last.find((command) => mayAnswerAgain(command, next)) ?? next;
}

/** Whether the command was sent more often than it was answered, before the one that is next. */
function mayAnswerAgain({ sentAt, doneAt, sends, answers }: Command, next: Command | undefined): boolean {
  if (doneAt === null || sentAt === null || answers.length === 0 || answers.length >= sends) return false;
  if (next === undefined || next.sentAt === null || next.sentAt < sentAt) return false;
  return Date.now() - Date.parse(sentAt) < REPEATED_WITHIN_MS;
}
