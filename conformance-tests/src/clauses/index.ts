import type { Clause } from '../clause.ts';
import { propertyGraph } from './4.2.2-property-graph.ts';
import { versionPreference } from './4.3.6.8-version-preference.ts';
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
import { content, dateTimes, encoding, names } from './4.6-names-and-values.ts';
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
import { batchResults, contextMember, entitySelectors, systemAttributes } from './5.2-data-types.ts';
import { fragments } from './5.4-fragments.ts';
import { errors } from './5.5.2-errors.ts';
import { validation } from './5.5.4-validation.ts';
import { contextFaults, defaultContext, expansion } from './5.5.5-contexts.ts';
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
import { mergeEntity } from './5.6.17-merge-entity.ts';
import { replaceAttribute, replaceEntity } from './5.6.18-replace.ts';
import { purge } from './5.6.21-purge.ts';
import { retrieveEntity } from './5.7.1-retrieve-entity.ts';
import { queryByBody, queryEntities } from './5.7.2-query-entities.ts';
import { attributeLists, typeLists } from './5.7.5-discovery.ts';
import { createSubscription, readSubscriptions, updateSubscription } from './5.8.1-create-subscription.ts';
import { sourceIdentity } from './5.15.1-source-identity.ts';
import { answers, contextCache, contextSource, formats, mediaTypes, methods, unknownParameters } from './6.3-http.ts';

/** All clauses that have cases. */
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
  sourceIdentity,
  methods,
  mediaTypes,
  contextSource,
  answers,
  formats,
  contextCache,
  unknownParameters,
];
