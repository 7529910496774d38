/** NGSI-LD documents in their compacted JSON form (GS CIM 009 4.5). */

export type Geometry =
  | { type: 'Point'; coordinates: number[] }
  | { type: 'MultiPoint' | 'LineString'; coordinates: number[][] }
  | { type: 'MultiLineString' | 'Polygon'; coordinates: number[][][] }
  | { type: 'MultiPolygon'; coordinates: number[][][][] };

interface AttributeMembers {
  datasetId?: string;
  /** ISO 8601 UTC. */
  observedAt?: string;
  expiresAt?: string;
  createdAt?: string;
  modifiedAt?: string;
  /** UN/CEFACT common code. */
  unitCode?: string;
  valueType?: string;
  objectType?: string | string[];
}

/** The members of each kind of attribute. All types below are derived from it. */
export interface AttributeKinds<Value = unknown> {
  Property: { value: Value };
  GeoProperty: { value: Geometry };
  Relationship: { object: string | string[] };
  LanguageProperty: { languageMap: Record<string, string | string[]> };
  VocabProperty: { vocab: string | string[] };
  JsonProperty: { json: unknown };
  ListProperty: { valueList: unknown[] };
  ListRelationship: { objectList: { object: string }[] };
}

export type AttributeKind = keyof AttributeKinds;

/** An attribute in normalized form; sub-attributes are further members. */
export type NormalizedAttribute<Kind extends AttributeKind = AttributeKind> = {
  [K in Kind]: { type: K } & AttributeKinds[K] & AttributeMembers & { [subAttribute: string]: unknown };
}[Kind];

interface EntityMembers {
  id: string;
  type: string | string[];
  scope?: string | string[];
  '@context'?: unknown;
}

/** An entity in normalized, concise or simplified form, with unknown attributes. */
export type Entity = EntityMembers & { [attribute: string]: unknown };

/** An entity in simplified form with the expected attributes. */
export type SimplifiedEntity<Attributes extends object = Record<string, unknown>> = EntityMembers & Attributes;

/** RFC 7807 problem details, the format of all NGSI-LD errors (5.5.3). */
export interface ProblemDetails {
  type: string;
  title: string;
  detail: string;
  status?: number;
}

/** The answer to a batch (5.2.16). */
export interface BatchOperationResult {
  success: string[];
  errors: { entityId: string; error: ProblemDetails }[];
}
