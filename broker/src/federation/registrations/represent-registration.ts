import type { NameCompactor } from '../../model/names.ts';
import { type Representation, representInstance } from '../../model/represent/represent.ts';
import {
  attributeNamesOf,
  type ContextSourceProperty,
  type InformationDocument,
  type RegistrationDocument,
} from './registration-document.ts';
import type { StoredRegistration } from './registration-store.ts';
import { maskSource } from './source-secrets.ts';

/** The representation of a registration, in the terms of the requested @context and with its status (5.2.9). */
export function representRegistration(
  stored: StoredRegistration,
  context: NameCompactor,
  sysAttrs: boolean,
  names: NamesForm = 'own',
): Record<string, unknown> {
  const output = representDocument(stored.document as RegistrationDocument, context, sysAttrs, names); // written only by this broker
  Object.assign(output, requestStatus(stored));
  if (sysAttrs) {
    output.createdAt = stored.createdAt.toISOString();
    output.modifiedAt = stored.modifiedAt.toISOString();
  }
  return output;
}

/** The document without the status; secrets are masked. */
export function representDocument(
  document: RegistrationDocument,
  context: NameCompactor,
  sysAttrs = false,
  names: NamesForm = 'own',
): Record<string, unknown> {
  const { id, properties = {}, information, ...members } = maskSource(document);
  const output: Record<string, unknown> = {
    id,
    type: 'ContextSourceRegistration',
    ...members,
    information: information.map((info) => representInfo(info, context, names)),
  };
  for (const [name, property] of Object.entries(properties)) {
    output[context.compact(name)] = representProperty(property, context, sysAttrs);
  }
  return output;
}

/** How attributes are named: as registered, as before 2.0, or as in 2.0. */
type NamesForm = 'own' | 'earlier' | '2.0';

function representInfo({ entities, ...given }: InformationDocument, context: NameCompactor, form: NamesForm) {
  const names = inForm(given, form);
  const compacted = (iris: readonly string[]) => iris.map((iri) => context.compact(iri));
  return {
    ...(entities && {
      entities: entities.map(({ type, ...entity }) => ({
        ...entity,
        ...(type !== undefined && { type: typeof type === 'string' ? context.compact(type) : compacted(type) }),
      })),
    }),
    ...(names.attributeNames && { attributeNames: compacted(names.attributeNames) }),
    ...(names.propertyNames && { propertyNames: compacted(names.propertyNames) }),
    ...(names.relationshipNames && { relationshipNames: compacted(names.relationshipNames) }),
  };
}

function inForm(given: InformationDocument, form: NamesForm): InformationDocument {
  const { attributeNames } = given;
  if (form === '2.0') {
    const all = attributeNamesOf(given);
    return all.length === 0 ? {} : { attributeNames: all };
  }
  // Whether they are properties or relationships is not known.
  const isUnknown = form === 'earlier' && attributeNames !== undefined;
  return isUnknown ? { propertyNames: attributeNames, relationshipNames: attributeNames } : given;
}

function representProperty(
  { plain, instances }: ContextSourceProperty,
  context: NameCompactor,
  sysAttrs: boolean,
): unknown {
  const how: Representation = { format: plain ? 'concise' : 'normalized', sysAttrs: sysAttrs && !plain };
  const shown = instances.map((instance) => representInstance(instance, context, how, instances.length > 1));
  return shown.length === 1 ? shown[0] : shown;
}

/** 5.2.9: present only after the first request to the source. */
function requestStatus({ forwards }: StoredRegistration): Record<string, unknown> {
  const { timesSent, timesFailed, lastSuccess, lastFailure } = forwards;
  if (timesSent === 0) return {};
  const failed = lastFailure !== undefined && (lastSuccess === undefined || lastFailure > lastSuccess);
  return {
    status: failed ? 'failed' : 'ok',
    timesSent,
    ...(timesFailed > 0 && { timesFailed }),
    ...(lastSuccess && { lastSuccess: lastSuccess.toISOString() }),
    ...(lastFailure && { lastFailure: lastFailure.toISOString() }),
  };
}
