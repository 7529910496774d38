import type { Clause } from '../clause.ts';
import { propertyGraph } from './4.2.2-property-graph.ts';
import { versionPreference } from './4.3.6.8-version-preference.ts';
import { distributedOperations, distributedSubscriptions, warnings } from './4.3.6-distributed-operations.ts';
import { coreContext } from './4.4-core-context.ts';
import { ngsiLdNull } from './4.5.0-ngsi-ld-null.ts';
import { entityRepresentation } from './4.5.1-entity-representation.ts';
import { normalizedRepresentation } from './4.5.2-normalized-representation.ts';
import { conciseRepresentation } from './4.5.3-concise-representation.ts';
import { simplifiedRepresentation } from './4.5.4-simplified-representation.ts';
import { multiAttribute } from './4.5.5-multi-attribute.ts';
import { geoJson } from './4.5.16-geojson.ts';
import { languagePropertyClause } from './4.5.18-language-property.ts';
import { vocabPropertyClause } from './4.5.20-vocab-property.ts';
import { lists } from './4.5.21-lists.ts';
import { linkedEntities } from './4.5.23-linked-entities.ts';
import { jsonPropertyClause } from './4.5.24-json-property.ts';
import { encoding } from './4.6.1-utf-8.ts';
import { names } from './4.6.2-names.ts';
import { dateTimes } from './4.6.3-data-types.ts';
import { content } from './4.6.4-content.ts';
import { geometries } from './4.7-geometries.ts';
import { temporalMembers } from './4.8-temporal-members.ts';
import { queryLanguage } from './4.9-query-language.ts';
import { geoqueries } from './4.10-geoqueries.ts';
import { counting, paging } from './4.13-paging-and-counting.ts';
import { languageFilter } from './4.15-language-filter.ts';
import { entityTypes } from './4.16-entity-types.ts';
import { typeSelection } from './4.17-type-selection.ts';
import { scopes } from './4.18-scopes.ts';
import { scopeQueries } from './4.19-scope-queries.ts';
import { projection } from './4.21-projection.ts';
import { expiry } from './4.22-expiry.ts';
import { ordering } from './4.23-ordering.ts';
import { systemAttributes } from './5.2.2-system-attributes.ts';
import { contextMember } from './5.2.3-context-member.ts';
import { batchResults } from './5.2.16-batch-results.ts';
import { entitySelectors } from './5.2.33-entity-selector.ts';
import { notificationData } from './5.3.1-notification-data.ts';
import { fragments } from './5.4-fragments.ts';
import { errors } from './5.5.2-errors.ts';
import { validation } from './5.5.4-validation.ts';
import { defaultContext } from './5.5.5-default-context.ts';
import { contextFaults } from './5.5.6-context-faults.ts';
import { expansion } from './5.5.7-expansion.ts';
import { mergePatch, partialUpdatePatch } from './5.5.8-partial-update-patch.ts';
import { tenants } from './5.5.10-tenants.ts';
import { localScope } from './5.5.13-local-scope.ts';
import { createEntity } from './5.6.1-create-entity.ts';
import { updateAttributes } from './5.6.2-update-attributes.ts';
import { appendAttributes } from './5.6.3-append-attributes.ts';
import { partialAttributeUpdate } from './5.6.4-partial-attribute-update.ts';
import { deleteAttribute } from './5.6.5-delete-attribute.ts';
import { deleteEntity } from './5.6.6-delete-entity.ts';
import { batchCreate, batchDelete, batchMerge, batchOrder, batchUpdate, batchUpsert } from './5.6.7-batches.ts';
import { deleteTemporalEvolution } from './5.6.16-delete-temporal-evolution.ts';
import { mergeEntity } from './5.6.17-merge-entity.ts';
import { replaceEntity } from './5.6.18-replace-entity.ts';
import { replaceAttribute } from './5.6.19-replace-attribute.ts';
import { purge } from './5.6.21-purge.ts';
import { retrieveEntity } from './5.7.1-retrieve-entity.ts';
import { queryByBody, queryEntities } from './5.7.2-query-entities.ts';
import { attributeLists, typeLists } from './5.7.5-discovery.ts';
import { createSubscription, readSubscriptions, updateSubscription } from './5.8.1-create-subscription.ts';
import { triggers } from './5.8.6-notifications.ts';
import { registrations, discovery as sourceDiscovery, sourceSubscriptions } from './5.9-registrations.ts';
import { sourceIdentity } from './5.15.1-source-identity.ts';
import { methods } from './6.3.2-methods.ts';
import { mediaTypes } from './6.3.4-media-types.ts';
import { contextSource } from './6.3.5-context-source.ts';
import { answers } from './6.3.6-answers.ts';
import { formats } from './6.3.7-formats.ts';
import { notificationRequests } from './6.3.8-notification-requests.ts';
import { contextCache } from './6.3.16-context-cache.ts';
import { unknownParameters } from './6.3.20-unknown-parameters.ts';
import { attributeRetrieval, valueReplacement, valueRetrieval } from './175-attribute-values.ts';
import {
  attributeNames,
  coreParameter,
  sourceDiscovery as draftDiscovery,
  precedence,
  proxied,
  snapshotCreation,
} from './175-registrations-and-contexts.ts';

/** All clauses with cases. */
export const clauses: readonly Clause[] = [
  propertyGraph,
  versionPreference,
  coreContext,
  ngsiLdNull,
  entityRepresentation,
  normalizedRepresentation,
  conciseRepresentation,
  simplifiedRepresentation,
  multiAttribute,
  geoJson,
  languagePropertyClause,
  vocabPropertyClause,
  lists,
  linkedEntities,
  jsonPropertyClause,
  encoding,
  names,
  dateTimes,
  content,
  geometries,
  temporalMembers,
  queryLanguage,
  geoqueries,
  paging,
  counting,
  languageFilter,
  entityTypes,
  typeSelection,
  scopes,
  scopeQueries,
  projection,
  expiry,
  ordering,
  systemAttributes,
  contextMember,
  batchResults,
  entitySelectors,
  notificationData,
  fragments,
  errors,
  validation,
  defaultContext,
  contextFaults,
  expansion,
  partialUpdatePatch,
  mergePatch,
  tenants,
  localScope,
  createEntity,
  updateAttributes,
  appendAttributes,
  partialAttributeUpdate,
  deleteAttribute,
  deleteEntity,
  batchCreate,
  batchUpsert,
  batchUpdate,
  batchDelete,
  batchMerge,
  batchOrder,
  deleteTemporalEvolution,
  mergeEntity,
  replaceEntity,
  replaceAttribute,
  purge,
  retrieveEntity,
  queryEntities,
  queryByBody,
  typeLists,
  attributeLists,
  createSubscription,
  readSubscriptions,
  updateSubscription,
  triggers,
  sourceIdentity,
  methods,
  mediaTypes,
  contextSource,
  answers,
  formats,
  registrations,
  sourceDiscovery,
  sourceSubscriptions,
  notificationRequests,
  contextCache,
  unknownParameters,
  distributedOperations,
  distributedSubscriptions,
  warnings,
  attributeRetrieval,
  valueRetrieval,
  valueReplacement,
  attributeNames,
  precedence,
  proxied,
  draftDiscovery,
  coreParameter,
  snapshotCreation,
];
