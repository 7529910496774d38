import { inLanguage, type Language } from '@alzette/kit/languages';
import type { DocumentPart, TaggedDocument } from '@alzette/kit/pdf';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { Procedure, Receipt } from '../contract/contract.ts';
import type { Dossier } from '../workflow/dossier.ts';
import { momentIn, WORDS } from './sentences.ts';

interface Addressed {
  readonly procedure: Procedure;
  readonly dossier: Dossier;
  readonly language: Language;
  readonly territory: Pick<TerritoryInfo, 'name' | 'timeZone'>;
  /** The sender's. Absent: they were erased. */
  readonly name?: string | undefined;
}

/** The receipt, as the law requires it (CRPA R112-5). */
export function receiptDocument(addressed: Addressed, { text }: Pick<Receipt, 'text'>): TaggedDocument {
  const { language, procedure } = addressed;
  return documentOf(addressed, WORDS.receipt[language], [
    { heading: WORDS.silence[language], level: 2 },
    inLanguage(text, language),
    ...(procedure.next === undefined ? [] : [inLanguage(procedure.next, language)]),
  ]);
}

/** The decision with its reason. Undefined: there is none. */
export function decisionDocument(addressed: Addressed, reason: string | undefined): TaggedDocument | undefined {
  const { language, procedure, dossier, territory } = addressed;
  const { decision } = dossier;
  if (decision === undefined) return undefined;
  const action = procedure.states.flatMap(({ actions }) => actions).find(({ id }) => id === decision.action);
  const state = procedure.states.find(({ id }) => id === dossier.stage);
  const letter = action?.letter ?? state?.name ?? procedure.title;
  const said: { readonly [name: string]: string } = {
    reference: dossier.id,
    procedure: inLanguage(procedure.title, language),
    reason: reason ?? '',
    date: momentIn(language, decision.at, territory.timeZone),
  };
  const text = inLanguage(letter, language).replace(
    /\{(reference|procedure|reason|date)\}/g,
    (_, name: string) => said[name] ?? '',
  );
  const isRefusal = state?.kind === 'refused';
  return documentOf(addressed, WORDS.decision[language], [
    ...text.split('\n').filter((line) => line.trim() !== ''),
    ...(reason === undefined || text.includes(reason)
      ? []
      : [{ heading: WORDS.reason[language], level: 2 } as const, reason]),
    ...(isRefusal && procedure.appeal
      ? [{ heading: WORDS.appeal[language], level: 2 } as const, inLanguage(procedure.appeal, language)]
      : []),
  ]);
}

function documentOf(
  { procedure, dossier, language, territory, name }: Addressed,
  kind: string,
  parts: readonly DocumentPart[],
): TaggedDocument {
  const title = `${kind} : ${inLanguage(procedure.title, language)}`;
  const { email, phone, address } = procedure.service;
  const contact = [inLanguage(procedure.service.name, language), address, phone, email].filter(Boolean).join(', ');
  return {
    title,
    language: language === 'lb' ? 'lb-LU' : language,
    parts: [
      { heading: title, level: 1 },
      ...(name === undefined ? [] : [name]),
      `${WORDS.reference[language]} : ${dossier.id}`,
      `${WORDS.received[language]} ${momentIn(language, dossier.sentAt, territory.timeZone)}`,
      `${WORDS.service[language]} : ${territory.name}, ${contact}`,
      ...parts,
    ],
  };
}
