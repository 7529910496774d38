import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import type { AttributeKind } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import { parseValue } from '../../model/parse/parse-value.ts';
import { NGSI_LD_NULL, readDateTime } from '../../model/values.ts';
import type { SentValue } from '../../operations/attributes/attribute-value.ts';

/** Reads the body and parameters of Set Attribute Value. @throws NgsiLdError BadRequestData: a parameter */
export function readSentValue({ body: document, ngsiLd }: FastifyRequest): SentValue {
  const { context, parameters } = ngsiLd;
  const { datasetId, observedAt } = parameters;
  if (document === null) throw noNull();
  const isNullInside = holdsNull(document);
  const valueFor = (kind: AttributeKind): unknown => {
    const isRaw = kind === 'JsonProperty';
    if (isNullInside && !isRaw) throw noNull();
    return parseValue(kind, document, 'The value', context, isRaw);
  };
  return {
    document,
    // Bound to the leniency of this request, because it is called when a batch of writes is decided.
    valueFor: AsyncLocalStorage.bind(valueFor),
    ...(datasetId !== undefined && { datasetId: parseDatasetId(datasetId, 'datasetId') }),
    ...(observedAt !== undefined && { observedAt: readDateTime(observedAt, 'observedAt') }),
  };
}

function noNull(): NgsiLdError {
  return new NgsiLdError('InvalidRequest', `The value: got null or ${NGSI_LD_NULL}, expected a value`);
}

/** The depth of the body is limited. */
function holdsNull(value: unknown): boolean {
  if (value === NGSI_LD_NULL) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNull);
}
