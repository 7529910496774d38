import { AnswerError } from '@alzette/web/asking';
import { followedDossiers } from '../../citizen/citizen-api.ts';
import { forgetDossier, type OwnDossier } from './dossiers.ts';

/**
 * Erases the personal data of a request on the server, then the request on the device.
 *
 * @returns false: the server could not erase it; the request stays for another attempt
 */
export async function eraseDossier({ key, sent }: Pick<OwnDossier, 'key' | 'sent'>): Promise<boolean> {
  if (sent !== undefined) {
    const isErased = await followedDossiers.erase({ params: { token: sent.token } }).then(
      () => true,
      (cause: unknown) => cause instanceof AnswerError && cause.status === 404,
    );
    if (!isErased) return false;
  }
  await forgetDossier(key);
  return true;
}
