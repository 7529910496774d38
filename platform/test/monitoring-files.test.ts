import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['broker/src/**/*.ts', 'iot-agents/src/**/*.ts', 'services/*/src/**/*.ts'];
const source = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

/** Our own metrics, without the suffixes of histograms. */
function metricsIn(text: string): Set<string> {
  const names = text.match(/\b(?:alzette|process|nodejs)_[a-z0-9_]+\b/g) ?? [];
  return new Set(names.map((name) => name.replace(/_bucket$/, '')));
}

for (const file of ['docker/prometheus-alerts.yaml', 'docker/grafana-dashboard.json']) {
  test(`${file} names existing metrics`, () => {
    const names = metricsIn(readFileSync(join(ROOT, file), 'utf8'));
    assert.ok(names.size > 5);
    for (const name of names) {
      const own = name.replace('alzette_broker_', '');
      assert.ok(source.includes(`'${name}'`) || source.includes(`'${own}'`), name);
    }
  });
}

test('alerts say what to check', () => {
  const { groups } = parse(readFileSync(join(ROOT, 'docker/prometheus-alerts.yaml'), 'utf8'));
  for (const { alert, expr, labels, annotations } of groups[0].rules) {
    assert.ok(alert && expr && ['critical', 'warning'].includes(labels.severity), alert);
    assert.ok(annotations.summary && annotations.description, alert);
  }
});
