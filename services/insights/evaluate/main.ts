import { parseArgs } from 'node:util';
import { train } from '../src/suggestions/train.ts';
import { evaluateAnomalies } from './evaluate-anomalies.ts';
import { evaluateForecasts } from './evaluate-forecasts.ts';
import { generatedReports } from './generated-reports.ts';

/*
 * Evaluates the models on generated data that they have not seen, compared with simple baselines: `npm run evaluate`.
 * Exits with 1 if a model is not better than its baseline, or if the coverage of an interval differs from its promise by more
 * than five percentage points.
 */
const { values } = parseArgs({
  options: { series: { type: 'string', default: '20' }, reports: { type: 'string', default: '1200' } },
});
const POINTS = 0.05;
let failed = false;
const fixed = (value: number, digits = 3) => value.toFixed(digits);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const hold = (isHeld: boolean) => {
  failed ||= !isHeld;
  return isHeld ? 'yes' : 'NO';
};

console.log(
  '| forecast of | values | error | seasonal naive | naive | beaten | coverage (promised) | held | methods |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const each of evaluateForecasts(Number(values.series))) {
  const { error, seasonalNaive, naive, coverage, promised } = each;
  const methods = Object.entries(each.methods).map(([name, count]) => `${name} ${count}`);
  console.log(
    `| ${each.name} | ${each.cases} | ${fixed(error)} ${each.unit} | ${fixed(seasonalNaive)} | ${fixed(naive)} | ${hold(
      error < Math.min(seasonalNaive, naive),
    )} | ${percent(coverage)} (${percent(promised)}) | ${hold(Math.abs(coverage - promised) <= POINTS)} | ${methods.join(', ')} |`,
  );
}

console.log('\n| faults in | faults | told (plain) | false alarms of a series in a year (plain) | beaten |');
console.log('|---|---|---|---|---|');
for (const { name, faults, own, plain, isBetter } of evaluateAnomalies(Number(values.series))) {
  const falseAlarms = `${fixed(own.falsePerYear, 1)} (${fixed(plain.falsePerYear, 1)})`;
  const recallText = `${percent(own.recall)} (${percent(plain.recall)})`;
  console.log(`| ${name} | ${faults} | ${recallText} | ${falseAlarms} | ${hold(isBetter)} |`);
}

console.log('\n| reports | cases | figure | value | baseline | beaten |');
console.log('|---|---|---|---|---|---|');
const trained = train(generatedReports(Number(values.reports)));
for (const { name, of, value, baseline } of trained?.evaluation.figures ?? []) {
  const beaten =
    baseline === undefined ? '' : name === 'precision' || name === 'accuracy' ? hold(value > baseline) : '';
  console.log(
    `| ${of} | ${trained?.evaluation.cases} | ${name} | ${percent(value)} | ${baseline === undefined ? '' : percent(baseline)} | ${beaten} |`,
  );
}
process.exitCode = failed ? 1 : 0;
