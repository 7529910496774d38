import { areTwoPersons, type Caller } from '@alzette/kit/access';
import { denied } from '@alzette/kit/problems';

/**
 * Checks that an approval comes from a second person. A key never approves, because its owner may not be there.
 *
 * @param author the person who asked
 * @throws Problem 403
 */
export function checkSecondPerson(author: string | null, caller: Caller): void {
  if (caller.kind === 'key') {
    throw denied('Lacking: the approval of a person who has signed in, not of a key', 'secondPerson');
  }
  if (areTwoPersons(author ?? undefined, caller)) return;
  throw denied(
    author === null
      ? 'Lacking: the approval of another person than its author, but no person asked for this. Ask again as a person'
      : 'Lacking: the approval of another person than its author',
    'secondPerson',
  );
}

/**
 * Checks that somebody may ask for what a second person must approve: it could never be approved if no person asks.
 *
 * @throws Problem 403
 */
export function checkHasPerson({ kind, person }: Caller): void {
  if (kind === 'open' || person !== undefined) return;
  throw denied('Lacking: a person. What another person must approve is asked for by a person, or by the key of one');
}
