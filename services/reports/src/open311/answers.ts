import type { Language } from '@alzette/kit/languages';
import { inLanguage } from '../categories/category.ts';
import type { Category, Question } from '../contract/categories.ts';
import type { Entry } from '../contract/desk.ts';
import type { Report, Status } from '../contract/report.ts';
import type { FilePort } from '../ports.ts';
import { isOpen } from '../report/report.ts';
import type { PublicText } from '../store/journal.ts';
import type { Node } from './xml.ts';

/** Answers in the format of GeoReport v2 (wiki.open311.org/GeoReport_v2). */

export function serviceOf(category: Category, language: Language): Node {
  return {
    service_code: category.code,
    service_name: inLanguage(category.name, language),
    description: inLanguage(category.description, language),
    metadata: category.questions.length > 0,
    type: 'realtime',
    keywords: category.keywords.join(','),
    group: inLanguage(category.group, language),
  };
}

export function definitionOf({ code, questions }: Category, language: Language): Node {
  return { service_code: code, attributes: questions.map((question, i) => attributeOf(question, i + 1, language)) };
}

function attributeOf(
  { code, datatype, isRequired, description, values }: Question,
  order: number,
  language: Language,
): Node {
  return {
    variable: true,
    code,
    datatype,
    required: isRequired,
    datatype_description: '',
    order,
    description: inLanguage(description, language),
    ...(values && { values: values.map(({ key, name }) => ({ key, name: inLanguage(name, language) })) }),
  };
}

/** @param said the last public note of the desk; one about a closed report is over when it is open again */
export function requestOf(
  report: Report,
  category: Category | undefined,
  said: PublicText | undefined,
  { files, tenant, language }: { readonly files: FilePort; readonly tenant: string; readonly language: Language },
): Node {
  const photo = report.photos.find(({ isPublic }) => isPublic);
  const isSo = said?.status == null || isOpen(said.status) === isOpen(report.status);
  return {
    service_request_id: report.id,
    status: isOpen(report.status) ? 'open' : 'closed',
    status_notes: said && isSo ? said.text : statusWord(report.status, language),
    service_name: category === undefined ? report.category : inLanguage(category.name, language),
    service_code: report.category,
    description: report.publicText ?? '',
    agency_responsible: report.organisation ?? '',
    service_notice: '',
    requested_datetime: report.requestedAt,
    updated_datetime: report.updatedAt,
    expected_datetime: report.promisedAt ?? '',
    address: report.publicAddress ?? '',
    address_id: '',
    zipcode: '',
    lat: report.position[1],
    long: report.position[0],
    media_url: photo === undefined ? '' : files.link(tenant, { id: photo.id, visibility: 'public' }),
    // An extension: the detailed status, as FixMyStreet has it.
    extended_attributes: { detailed_status: report.status, supporters: report.supporters },
  };
}

export function updateOf({ n, at, status, text, report }: Entry & { readonly report: string }): Node {
  return {
    update_id: n,
    service_request_id: report,
    status: status === undefined || isOpen(status) ? 'OPEN' : 'CLOSED',
    detailed_status: status,
    updated_datetime: at,
    description: text ?? '',
  };
}

const WORDS: { readonly [status in Status]: readonly [fr: string, en: string] } = {
  open: ['Ouvert', 'Open'],
  investigating: ['À l’étude', 'Investigating'],
  planned: ['Planifié', 'Planned'],
  inProgress: ['En cours', 'In progress'],
  fixed: ['Réparé', 'Fixed'],
  notOurs: ['Hors compétence', 'Not responsible'],
  duplicate: ['Doublon', 'Duplicate'],
  noAction: ['Sans suite', 'No further action'],
};

function statusWord(status: Status, language: Language): string {
  return WORDS[status][language === 'fr' ? 0 : 1];
}
