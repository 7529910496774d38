import {
  type AttributeDetails,
  type AttributeInformation,
  retrieveAttributeDetails as attributeDetailsHere,
  retrieveAttributeInformation as attributeInformationHere,
  retrieveAttributes as attributesHere,
  type TypeDetails,
  type TypeInformation,
  retrieveTypeDetails as typeDetailsHere,
  retrieveTypeInformation as typeInformationHere,
  retrieveTypes as typesHere,
} from '../../entities/discovery/discover.ts';
import { distributedDiscovery } from '../../federation/read/distributed-discovery.ts';
import type { OperationName } from '../../federation/registrations/operation-names.ts';
import { type OperationRequest, originOf, type ReadParts, withWarnings } from '../operation-request.ts';

/** Retrieve Available Entity Types (5.7.5): their IRIs. */
export function retrieveTypes(parts: ReadParts, request: OperationRequest): Promise<string[]> {
  const local = () => typesHere(parts.db, request.caller);
  return discover(parts, request, 'retrieveEntityTypes', local, (all) => all.types());
}

/** Retrieve Details of Available Entity Types (5.7.6). */
export function retrieveTypeDetails(parts: ReadParts, request: OperationRequest): Promise<TypeDetails[]> {
  const local = () => typeDetailsHere(parts.db, request.caller);
  return discover(parts, request, 'retrieveEntityTypeDetails', local, (all) => all.typeDetails());
}

/** Retrieve Available Entity Type Information (5.7.7). @param type IRI @throws NgsiLdError ResourceNotFound */
export function retrieveTypeInformation(
  parts: ReadParts,
  request: OperationRequest,
  type: string,
): Promise<TypeInformation> {
  const local = () => typeInformationHere(parts.db, request.caller, type);
  return discover(parts, request, 'retrieveEntityTypeInfo', local, (all) => all.typeInformation(type));
}

/** Retrieve Available Attributes (5.7.8): their IRIs. */
export function retrieveAttributes(parts: ReadParts, request: OperationRequest): Promise<string[]> {
  const local = () => attributesHere(parts.db, request.caller);
  return discover(parts, request, 'retrieveAttrTypes', local, (all) => all.attributes());
}

/** Retrieve Details of Available Attributes (5.7.9). */
export function retrieveAttributeDetails(parts: ReadParts, request: OperationRequest): Promise<AttributeDetails[]> {
  const local = () => attributeDetailsHere(parts.db, request.caller);
  return discover(parts, request, 'retrieveAttrTypeDetails', local, (all) => all.attributeDetails());
}

/** Retrieve Available Attribute Information (5.7.10). @param name IRI @throws NgsiLdError ResourceNotFound */
export function retrieveAttributeInformation(
  parts: ReadParts,
  request: OperationRequest,
  name: string,
): Promise<AttributeInformation> {
  const local = () => attributeInformationHere(parts.db, request.caller, name);
  return discover(parts, request, 'retrieveAttrTypeInfo', local, (all) => all.attributeInformation(name));
}

/** Answers from local data, or merged with sources if some are concerned. */
function discover<Result>(
  parts: ReadParts,
  request: OperationRequest,
  operation: OperationName,
  here: () => Promise<Result>,
  everywhere: (discovery: ReturnType<typeof distributedDiscovery>) => Promise<Result>,
): Promise<Result> {
  const origin = originOf(parts, request, [operation]);
  if (origin === undefined) return here();
  const discovery = distributedDiscovery(parts.db, parts.federation, origin);
  return withWarnings(parts, request, origin, everywhere(discovery));
}
