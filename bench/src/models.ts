import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { emitValidator } from '@alzette/ngsi-ld-schemas/import/validator';
import { build, models, streetlight } from '@alzette/ngsi-ld-schemas/models';
import { checkWellFormed, validate } from '@alzette/ngsi-ld-schemas/validation';
import { compileModel } from '@alzette/ngsi-ld-schemas/validation/compile';
import { modelSchema } from '@alzette/ngsi-ld-schemas/validation/schema';

/*
 * node bench/src/models.ts
 *
 * Prints the number of validated entities per second on one core, median of five runs, and the size of what a page
 * loads to validate.
 */
const RUN_MS = 1_000;
const RUNS = 5;

const lamp = build(streetlight, 'urn:ngsi-ld:Streetlight:bench-001')
  .set('name', 'Rue de la Gare 1')
  .set('location', { type: 'Point', coordinates: [5.95, 49.47] })
  .set('status', 'ok')
  .set('powerState', 'on')
  .set('illuminanceLevel', 0.5)
  .set('powerConsumption', 41.5, { observedAt: '2026-01-01T18:00:00Z' })
  .set('dateLastSwitchingOn', '2026-01-01T17:02:00Z')
  .set('refStreetlightControlCabinet', 'urn:ngsi-ld:StreetlightControlCabinet:bench-1');
const normalized: Readonly<Record<string, unknown>> = { ...lamp.toNormalized() };
const keyValues = lamp.toKeyValues();
const check = compileModel(streetlight);

const [cpu] = cpus();
console.log(`${cpu?.model.trim()}, one core, Node ${process.version}, a Streetlight of 8 attributes\n`);
console.log('| work | per second |\n| --- | --: |');
report('schema alone, simplified', () => check(keyValues).length);
report('well-formedness, normalized', () => checkWellFormed(normalized).length);
report('all a model says, normalized', () => validate(normalized, streetlight, check).length);

console.log('\n| a page loads | KiB | KiB gzipped |\n| --- | --: | --: |');
const sources = ['formats', 'runtime'].map((name) =>
  readFileSync(
    fileURLToPath(import.meta.resolve('@alzette/ngsi-ld-schemas/validator-runtime')).replace('runtime', name),
  ),
);
size('the runtime of validators, source', Buffer.concat(sources));
size('the validator of Streetlight, not minified', validatorOf(streetlight));
size(`the validators of all ${models.length} models, not minified`, Buffer.concat(models.map(validatorOf)));

function validatorOf(model: (typeof models)[number]): Buffer {
  return Buffer.from(emitValidator(modelSchema(model, 'simplified'), '@alzette/ngsi-ld-schemas/validator-runtime'));
}

function report(work: string, once: () => number): void {
  if (once() > 0) throw new Error(`${work}: the entity is not valid`);
  measure(once);
  const runs = Array.from({ length: RUNS }, () => measure(once)).sort((a, b) => a - b);
  console.log(`| ${work} | ${Math.round(runs[Math.floor(RUNS / 2)] ?? 0).toLocaleString('en')} |`);
}

function measure(once: () => number): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < RUN_MS) {
    for (let i = 0; i < 100; i++) once();
    count += 100;
  }
  return (count * 1000) / (performance.now() - start);
}

function size(what: string, bytes: Buffer): void {
  const kib = (length: number) => (length / 1024).toFixed(1);
  console.log(`| ${what} | ${kib(bytes.length)} | ${kib(gzipSync(bytes).length)} |`);
}
