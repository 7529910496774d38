import { conflict, missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { KeyRequestContract } from '../contract/contract.ts';
import type { OpenDataParts } from '../parts.ts';
import { grantKey } from './grant-key.ts';
import { KEY_WORDS } from './key-words.ts';
import { decideKeyRequest, type KeptRequest, keyRequests } from './request-rows.ts';

/** `/opendata/key-requests`: who asks for a key, and what an administrator decides. */
export function keyRequestHandlers(parts: OpenDataParts): Handlers<KeyRequestContract> {
  const { db, app, mail, territories, logger } = parts;

  /** False: there is no mail server, or it refuses. */
  async function write(tenant: string, to: string, subject: string, text: string): Promise<boolean> {
    if (mail === undefined) return false;
    try {
      await mail.send({ tenant, to, subject, text });
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'the letter about a key could not be sent');
      return false;
    }
  }

  async function openRequest(tenant: string, id: string): Promise<KeptRequest> {
    const found = (await keyRequests(db, tenant)).find((each) => each.id === id);
    if (found === undefined) throw missing('request for a key', id);
    if (found.state !== 'open') throw conflict(`It was ${found.state} on ${found.decidedAt}`, 'decided');
    return found;
  }

  return {
    async list({ tenant }) {
      return { requests: (await keyRequests(db, tenant)).map(({ language: _language, ...shown }) => shown) };
    },
    async decide(request) {
      const { tenant, params, body } = request;
      const { name, email, language } = await openRequest(tenant, params.id);
      const words = KEY_WORDS[language];
      const territory = territories.of(tenant).name;
      if (body.decision === 'refuse') {
        if (!(await decideKeyRequest(db, tenant, { id: params.id, state: 'refused' })))
          throw conflict('It was decided', 'decided');
        const { reason = '' } = body;
        return { isMailed: await write(tenant, email, words.refused(territory), words.refusedText(reason)) };
      }
      const { key, policy } = await grantKey(app, request, name, body);
      await decideKeyRequest(db, tenant, { id: params.id, state: 'granted', policy });
      const letter = {
        key,
        types: body.types.join(', '),
        url: territories.publicUrl(tenant),
        until: body.expiresAt.slice(0, 10),
      };
      const isMailed = await write(tenant, email, words.subject(territory), words.text(letter));
      return { isMailed, ...(!isMailed && { key }) };
    },
  };
}
