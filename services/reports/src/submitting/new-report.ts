import type { Language } from '@alzette/kit/languages';
import type { Answers, Contact, GivenReport } from '../contract/submission.ts';
import type { ReportParts } from '../parts.ts';
import type { Position } from '../report/place.ts';
import { notYours } from '../store/claim-photos.ts';
import { type Keyed, photoOfToken } from '../store/keyed.ts';

/** A new report, from any source. */
export interface NewReport {
  readonly category: string;
  readonly position: Position;
  readonly text?: string | undefined;
  readonly address?: string | undefined;
  readonly asset?: string | undefined;
  /** Ids of files that belong to nobody yet. */
  readonly photos: readonly string[];
  readonly answers: Answers;
  readonly contact: Contact;
  readonly language: Language;
  /** A random id that the app stores. */
  readonly device?: string | undefined;
}

/** @throws Problem 400: the token of a photo is not the one that its uploader got */
export function newReportOf({ keyed }: Pick<ReportParts, 'keyed'>, tenant: string, body: GivenReport): NewReport {
  const {
    category,
    location,
    description,
    address,
    asset,
    photos = [],
    attributes = {},
    contact = {},
    language = 'fr',
    device,
  } = body;
  return {
    category,
    position: [location.lon, location.lat],
    text: description,
    address,
    asset,
    photos: photos.map((token) => photoFileOf(keyed, tenant, token)),
    answers: attributes,
    contact,
    language,
    device,
  };
}

/** The id of an uploaded photo. @throws Problem 400: the token is not the one that its uploader got */
export function photoFileOf(keyed: Keyed, tenant: string, token: string): string {
  const id = photoOfToken(keyed, tenant, token);
  if (id === undefined) throw notYours(token);
  return id;
}
