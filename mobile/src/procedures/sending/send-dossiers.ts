import type { Fault, GivenDossier, Sent, Slot } from '@alzette/procedures/contract';
import { AnswerError } from '@alzette/web/asking';
import { citizenProcedures, ownAccount } from '../../citizen/citizen-api.ts';
import { changeDossier, type KeptFile, type OwnDossier, ownDossier, waitingDossiers } from './dossiers.ts';

/**
 * Sends all waiting requests. Pages and the service worker use it, one at a time. The server accepts each key once, so a
 * retry after a lost answer creates no second dossier.
 *
 * @returns the number of requests that are still waiting
 */
export async function sendWaitingDossiers(): Promise<number> {
  const work = async () => {
    for (const { key } of await waitingDossiers()) await sendOne(key);
    return (await waitingDossiers()).length;
  };
  return 'locks' in navigator ? navigator.locks.request('alzette-dossiers', work) : work();
}

async function sendOne(key: string): Promise<void> {
  const dossier = await ownDossier(key);
  if (dossier === undefined || dossier.sent !== undefined) return;
  const isPage = typeof document !== 'undefined';
  if (dossier.isOfAccount && !isPage) return;
  try {
    const { id, token, receipt } = await send(dossier);
    await changeDossier(key, { files: [], sent: { id, token, receipt } });
  } catch (cause) {
    if (!(cause instanceof AnswerError)) await changeDossier(key, { waitsFor: 'network' });
    else if (cause.status === 429 || cause.status >= 500) await changeDossier(key, { waitsFor: 'site' });
    else await changeDossier(key, { refusal: refusalOf(cause) });
  }
}

async function send({
  key,
  procedure,
  version,
  language,
  applicant,
  answers,
  files,
  waits,
  isOfAccount,
  company,
}: OwnDossier): Promise<Sent> {
  const given: GivenDossier = {
    version,
    language: language as GivenDossier['language'], // one of the app's
    applicant: applicant as GivenDossier['applicant'], // the form was complete
    answers: await withUploads(answers, files),
    ...(waits && { waits }),
  };
  const call = { params: { id: procedure }, body: given, headers: { 'idempotency-key': key } };
  const asCitizen = () => citizenProcedures.send(call);
  const ofAccount = { ...call, query: { ...(company && { company }) } };
  if (company !== undefined) return (await ownAccount.send(ofAccount)) as Sent; // nobody else may send it
  const answer = isOfAccount ? ownAccount.send(call).catch((cause) => unlessSignedOut(cause, asCitizen)) : asCitizen();
  return (await answer) as Sent; // the others are errors
}

/** Whose session is over meanwhile sends it as somebody without an account does. */
function unlessSignedOut<T>(cause: unknown, instead: () => Promise<T>): Promise<T> {
  if (cause instanceof AnswerError && cause.status === 401) return instead();
  throw cause;
}

function refusalOf({ status, members }: AnswerError): NonNullable<OwnDossier['refusal']> {
  const { faults, next } = members as { readonly faults?: readonly Fault[]; readonly next?: Slot }; // by the contract
  return { status, ...(faults && { faults }), ...(next && { next }) };
}

/** The answers with the tokens of the server instead of those of this device. */
export async function withUploads<T>(answers: T, files: readonly KeptFile[]): Promise<T> {
  let text = JSON.stringify(answers);
  for (const { token: own, blob } of files) {
    if (!text.includes(own)) continue; // removed from the form
    const { token } = await citizenProcedures.addFile({
      headers: {
        'content-type': blob.type || 'application/octet-stream',
        'idempotency-key': own.slice(0, own.indexOf('.')),
      },
      body: blob,
    });
    text = text.replaceAll(own, token);
  }
  return JSON.parse(text) as T;
}
