import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { jsonTypes } from '../src/import/classify.ts';
import { emitTypes } from '../src/import/emit-types.ts';
import { emitValidator } from '../src/import/emit-validator.ts';
import { type ImportedModel, importModel } from '../src/import/import-model.ts';
import { openLibrary } from '../src/import/library.ts';
import { readSources } from '../src/import/source.ts';
import { simplify } from '../src/representation/simplify.ts';
import { compileModel } from '../src/validation/compile.ts';
import { modelSchema } from '../src/validation/model-schema.ts';
import { checkWellFormed } from '../src/validation/well-formed.ts';
import { type CatalogType, catalog, example, goodExample, MISSING, REFERENCE, readJson } from './support/reference.ts';

const imported = new Map<string, ImportedModel>();
if (!MISSING) {
  const library = openLibrary([REFERENCE]);
  for (const source of await readSources(REFERENCE)) {
    imported.set(`${source.subject}/${source.type}`, importModel(source, library));
  }
}

function modelOf({ subject, type }: CatalogType) {
  const found = imported.get(`${subject}/${type}`);
  assert.ok(found, `${type} was not imported`);
  return found.model;
}

test('terms of the core @context keep their meaning, and need not be in the @context of the model', () => {
  const properties = {
    type: { type: 'string', enum: ['Lamp'] },
    location: { type: 'object', 'x-ngsi': { type: 'GeoProperty' } },
    description: { type: 'string' },
    power: { type: 'number' },
    colour: { type: 'string' },
  };
  const context = { power: 'https://example.org/power', description: 'https://example.org/description' };
  const source = { subject: 'Lighting', schema: { properties }, context };
  const { model, defects } = importModel(source as Parameters<typeof importModel>[0], openLibrary([]));
  const iris = Object.fromEntries(Object.entries(model.attributes).map(([name, { iri }]) => [name, iri]));
  assert.deepEqual(iris, {
    location: 'https://uri.etsi.org/ngsi-ld/location',
    description: 'http://purl.org/dc/terms/description',
    power: 'https://example.org/power',
    colour: 'https://uri.etsi.org/ngsi-ld/default-context/colour',
  });
  assert.deepEqual(defects, ['colour: the @context has no such term']);
});

describe('the importer reads the official models', { skip: MISSING }, () => {
  test('all of the catalogue, and no others', () => {
    assert.deepEqual([...imported.keys()].sort(), catalog.map(({ subject, type }) => `${subject}/${type}`).sort());
  });

  for (const type of catalog) {
    test(`${type.type}: attributes with kind, IRI, JSON type, format, bounds, enumeration, unit`, () => {
      const model = modelOf(type);
      assert.equal(model.iri, type.typeIri);
      assert.equal(model.version, type.version);
      assert.deepEqual(Object.keys(model.attributes).sort(), Object.keys(type.attributes).sort());
      for (const [name, expected] of Object.entries(type.attributes)) {
        const attribute = model.attributes[name];
        assert.ok(attribute);
        const { schema } = attribute;
        assert.equal(attribute.kind, expected.kind, name);
        if (!expected.coreTerm) assert.equal(attribute.iri, expected.iri, name);
        assert.deepEqual([...jsonTypes(schema)].sort(), expected.json.split('|').sort(), name);
        assert.equal(attribute.required ?? false, expected.required ?? false, name);
        if (expected.format !== undefined) assert.equal(schema.format, expected.format, name);
        if (expected.min !== undefined) assert.equal(schema.minimum, expected.min, name);
        if (expected.max !== undefined) assert.equal(schema.maximum, expected.max, name);
        if (expected.unitFrom === 'upstream') assert.equal(attribute.unit, expected.unitCode, name);
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
  }

  for (const type of catalog) {
    test(`${type.type}: each example has the same result as in the catalogue`, () => {
      const model = modelOf(type);
      const check = compileModel(model);
      const strict = compileModel(model, { strict: true });
      for (const [file, expected] of [
        ['example-normalized.jsonld', type.examples.normalized],
        ['example.jsonld', type.examples.keyValues],
      ] as const) {
        const { entity } = example(type, file) ?? assert.fail(file);
        const simplified = file === 'example.jsonld' ? entity : simplify(entity);
        assert.deepEqual(
          [check(simplified).length === 0, strict(simplified).length === 0],
          [expected.schemaValid, expected.schemaValidStrictFormats],
          file,
        );
        const unknown = Object.keys(simplified).filter(
          (name) => !['id', 'type', ...Object.keys(model.attributes)].includes(name),
        );
        assert.deepEqual(unknown.sort(), [...(expected.attrsNotInSchema ?? [])].sort(), file);
        if (file === 'example.jsonld') continue;
        const issues = checkWellFormed(entity);
        // The catalogue checks attributes, but not their members.
        const own = issues.filter(({ path }) => path.split('/').length === 2);
        assert.equal(
          own.every(({ severity }) => severity === 'warning'),
          expected.wellFormed,
        );
        assert.deepEqual(
          own.map(({ code, attribute }) => `${code} ${attribute}`).sort(),
          (expected.defects ?? []).map(({ code, attr }) => `${code} ${attr}`).sort(),
        );
      }
    });
  }

  test('sub-attributes are checked as well: one example has three of an unknown type', () => {
    const inside = catalog.flatMap((type) =>
      checkWellFormed(example(type, 'example-normalized.jsonld')?.entity ?? {}).filter(
        ({ path }) => path.split('/').length > 2,
      ),
    );
    assert.deepEqual(
      inside.map(({ code, path }) => [code, path]),
      ['tramwayImpacted', 'railwayImpacted', 'stationImpacted'].map((name) => [
        'ATTR_TYPE',
        `/workDisposition/${name}`,
      ]),
    );
  });

  test('every repaired example matches its schema, except two whose schemas require what NGSI-LD can’t represent', () => {
    const faults = catalog.flatMap((type) =>
      compileModel(modelOf(type))(simplify(goodExample(type).entity)).map(
        ({ instancePath }) => type.type + instancePath,
      ),
    );
    assert.deepEqual(faults, ['Catalogue/spatial', 'Dataset/spatial']);
  });

  test('relationships refer to the known intended types', () => {
    const known = readJson<{ from: string; attr: string; to: string | null }[]>('relationships.json');
    let compared = 0;
    for (const { from, attr, to } of known) {
      const type = catalog.find((candidate) => candidate.type === from);
      const targets = type && modelOf(type).attributes[attr]?.targets;
      // Abbreviated names.
      if (targets === undefined || to === null || ['refParkingSite', 'refRecord'].includes(attr)) continue;
      compared += 1;
      // The name only contains the kind of target, as in `refTargetDevice`.
      const guess = targets[0] ?? '';
      assert.ok(
        to.split('|').some((name) => guess.endsWith(name)),
        `${from}.${attr}: ${targets} instead of ${to}`,
      );
    }
    assert.ok(compared > 30, `only ${compared} compared`);
  });
});

describe('an unknown model', () => {
  const schema = {
    $schemaVersion: '1.2.3',
    allOf: [
      { properties: { type: { enum: ['Bench'] }, colour: { type: 'string', description: 'Property. Units: none' } } },
      {
        properties: {
          seats: { type: 'integer', minimum: 1, maximum: 9, description: "Property. Seats. Units:'meters'" },
          refPark: { type: 'string', format: 'uri' },
          state: { type: 'string', enum: ['good', 'broken'], description: 'Property. Or any other meaningful value' },
          location: { type: 'object', description: 'GeoProperty. Where it is' },
        },
      },
    ],
    required: ['id', 'type', 'seats'],
  };
  const source = {
    subject: 'Parks',
    schema,
    context: [{ ex: 'https://ex.org/', seats: 'ex:seats', Bench: 'ex:Bench' }],
  };
  const { model, defects } = importModel(source, openLibrary([]));

  test('is converted to attributes with kinds', () => {
    assert.deepEqual(
      Object.entries(model.attributes).map(([name, { kind }]) => `${name} ${kind}`),
      ['colour Property', 'seats Property', 'refPark Relationship', 'state Property', 'location GeoProperty'],
    );
    assert.equal(model.iri, 'https://ex.org/Bench');
    assert.deepEqual(
      [model.attributes.seats?.iri, model.attributes.seats?.unit, model.attributes.seats?.required],
      ['https://ex.org/seats', 'MTR', true],
    );
    assert.deepEqual([model.attributes.state?.open, model.attributes.refPark?.targets], [true, ['Park']]);
    assert.equal(defects.length, 3); // names without a term; location is in the core @context
  });

  test('provides types with its attributes', () => {
    const types = emitTypes(model, './model-types.ts');
    assert.match(types, /seats: Attr<'Property', number>;/);
    assert.match(types, /state\?: Attr<'Property', "good" \| "broken">;/);
    assert.match(types, /refPark\?: Attr<'Relationship', string \| string\[\]>;/);
  });

  test('provides validators that run where code may not be compiled', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'validators-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const runtime = new URL('../src/validation/runtime.ts', import.meta.url).href;
    for (const [representation, good, bad] of [
      ['simplified', { seats: 3 }, { seats: '3' }],
      ['normalized', { seats: { type: 'Property', value: 3 } }, { seats: { type: 'Relationship', object: 'urn:a:1' } }],
      ['concise', { seats: { value: 3, observedAt: '2026-01-01T00:00:00Z' } }, { seats: { value: 30 } }],
    ] as const) {
      const code = emitValidator(modelSchema(model, representation), runtime);
      assert.doesNotMatch(code, /\beval\(|new Function|require\(/);
      const file = join(folder, `${representation}.mjs`);
      writeFileSync(file, code);
      const { default: validate } = (await import(pathToFileURL(file).href)) as {
        default: (value: unknown) => boolean;
      };
      assert.equal(validate({ id: 'urn:a:1', type: 'Bench', ...good }), true, representation);
      assert.equal(validate({ id: 'urn:a:1', type: 'Bench', ...bad }), false, representation);
    }
  });

  test('is refused if a document that it refers to is missing, naming the URL', () => {
    const url = 'https://smart-data-models.github.io/data-models/common-schema.json#/definitions/GSMA-Commons';
    assert.throws(
      () => importModel({ ...source, schema: { allOf: [{ $ref: url }] } }, openLibrary(['/nowhere'])),
      /data-models\/common-schema\.json is not at hand/,
    );
  });

  test('that contains itself is refused', () => {
    const loop = {
      $id: 'x',
      definitions: { a: { $ref: '#/definitions/a' } },
      properties: { b: { $ref: '#/definitions/a' } },
    };
    assert.throws(() => importModel({ ...source, schema: loop }, openLibrary([])), /leads back to itself/);
  });
});
