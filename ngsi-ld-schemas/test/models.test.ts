import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coreContext } from '../src/contexts.ts';
import { type Attribute, type Model, modelOfIri, modelOfType, models } from '../src/models/catalog.ts';
import { OWN_SUBJECTS } from '../src/models/iris.ts';
import { simplify } from '../src/representation/simplify.ts';
import { UNITS } from '../src/units/units.ts';
import { compileModel } from '../src/validation/compile.ts';
import { messageOf, validate } from '../src/validation/validate.ts';
import { checkWellFormed } from '../src/validation/well-formed.ts';
import { catalog, example, goodExample, MISSING } from './support/reference.ts';

/** A normalized attribute with a value that is invalid for this kind and schema. */
function wrong({ kind, schema }: Attribute): unknown {
  if (kind === 'GeoProperty') return { type: 'Property', value: 'here' };
  if (kind === 'Relationship') return { type: 'Relationship', object: 7 };
  const takesAnything = Object.keys(schema).length === 0;
  if (takesAnything) return { type: 'GeoProperty', value: { type: 'Point', coordinates: [6, 49] } };
  const types = [schema.type ?? 'none'].flat();
  return { type: 'Property', value: types.includes('object') ? 7 : { no: 'such' } };
}

/** Compiled models are cached, because compiling takes most of the time. */
const compiled = new Map<Model, ReturnType<typeof compileModel>>();

function errors(entity: Readonly<Record<string, unknown>>, model: Model) {
  const check = compiled.get(model) ?? compileModel(model);
  compiled.set(model, check);
  return validate(entity, model, check).filter(({ severity }) => severity === 'error');
}

describe('the models of the territory', () => {
  test('have valid names, units and IRIs', () => {
    const core = coreContext['@context'] as Record<string, unknown>;
    const types = models.map(({ type }) => type);
    assert.equal(new Set(types).size, types.length);
    for (const model of models) {
      const found = modelOfIri(model.iri);
      // One of our models may extend a published one with the same IRI, and is then found instead.
      if (found !== model) assert.ok(found !== undefined && OWN_SUBJECTS.has(found.subject), model.type);
      assert.equal(modelOfType(model.type), model);
      for (const [name, { unit, iri }] of Object.entries(model.attributes)) {
        assert.match(name, /^\p{L}[\p{L}\p{N}_]*(:\p{L}[\p{L}\p{N}_]*)?$/u);
        if (unit !== undefined) assert.ok(UNITS.has(unit), `${model.type}.${name}: ${unit}`);
        // Terms of the core can't be redefined, so its IRI applies.
        if (name in core) assert.doesNotMatch(iri ?? '', /smartdatamodels|example\.org|schema\.org/, name);
      }
    }
  });

  for (const published of catalog) {
    test(`${published.type} has the published names, kinds, IRIs, units and enumerations`, () => {
      const model = modelOfType(published.type) ?? assert.fail(`no model ${published.type}`);
      assert.deepEqual([model.iri, model.version], [published.typeIri, published.version]);
      for (const [name, expected] of Object.entries(published.attributes)) {
        if (/-/.test(name)) continue; // not a valid name of an NGSI-LD attribute
        const attribute = model.attributes[name] ?? assert.fail(`${name} is missing`);
        if (!KIND_AS_SENT.has(`${published.type}.${name}`)) assert.equal(attribute.kind, expected.kind, name);
        if (!expected.iri.includes('default-context')) assert.equal(attribute.iri, expected.iri, name);
        assert.equal(attribute.required ?? false, expected.required ?? false, name);
        if (expected.unitCode !== undefined && expected.json === 'number')
          assert.equal(attribute.unit, expected.unitCode, name);
        if (Array.isArray(expected.enum)) {
          const values: readonly unknown[] = attribute.values ?? [];
          assert.deepEqual(
            expected.enum.filter((value) => !values.includes(value)),
            [],
            name,
          );
        }
      }
    });

    test(`${published.type} accepts its published examples, and rejects them with any invalid attribute`, () => {
      const model = modelOfType(published.type) ?? assert.fail(published.type);
      const check = compileModel(model);
      const { entity } = goodExample(published);
      assert.deepEqual(
        checkWellFormed(entity).filter(({ severity, path }) => severity === 'error' && path.split('/').length < 3),
        [],
      );
      const found = errors(entity, model).filter(({ attribute }) => !SENT_WRONG.has(`${published.type}.${attribute}`));
      assert.deepEqual(
        found.map((issue) => messageOf(issue)),
        [],
      );
      if (published.examples.keyValues.schemaValid) {
        const { entity: keyValues } = example(published, 'example.jsonld') ?? assert.fail(published.type);
        assert.deepEqual(
          check(keyValues)
            .filter(({ instancePath }) => instancePath !== '/spatial')
            .map(({ instancePath, message }) => `${instancePath} ${message}`),
          [],
        );
      }
      const good = Object.fromEntries(
        Object.entries(entity).filter(([name]) => !SENT_WRONG.has(`${published.type}.${name}`)),
      );
      for (const [name, attribute] of Object.entries(model.attributes)) {
        const found = errors({ ...good, [name]: wrong(attribute) }, model);
        assert.deepEqual(
          found.map((issue) => issue.attribute),
          found.map(() => name),
          name,
        );
        assert.ok(found.length > 0, `${name} took ${JSON.stringify(wrong(attribute))}`);
        if (attribute.required) {
          const { [name]: _, ...without } = good;
          assert.deepEqual(
            errors(without, model).map(({ code, attribute }) => [code, attribute]),
            [['REQUIRED_MISSING', name]],
          );
        }
      }
      assert.ok(Object.keys(simplify(entity)).length > 2);
    });
  }

  test('without a published type reject each invalid attribute', () => {
    for (const model of models.filter(({ subject }) => OWN_SUBJECTS.has(subject))) {
      for (const [name, attribute] of Object.entries(model.attributes)) {
        const found = errors({ id: 'urn:a:1', type: model.type, [name]: wrong(attribute) }, model);
        assert.ok(
          found.some((issue) => issue.attribute === name && issue.code !== 'REQUIRED_MISSING'),
          `${model.type}.${name}`,
        );
      }
    }
  });
});

/** GeoProperties that published examples have as Property, which maps would ignore. */
const SENT_WRONG: ReadonlySet<string> = new Set([
  'DeviceMeasurement.location',
  'Building.containedInPlace',
  'Distribution.location',
]);

/** Published as Property, but intended and sent as Relationship. */
const KIND_AS_SENT: ReadonlySet<string> = new Set(['Device.controlledAsset', 'WasteContainerIsle.refWasteContainer']);

test('the official models exist for comparison', { skip: MISSING }, () => {
  assert.equal(catalog.length, 50);
});
