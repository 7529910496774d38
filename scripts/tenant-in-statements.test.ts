import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOfPackages, tablesOfPackages } from '../broker/test/support/tenant-check.ts';
import { statementTexts } from './statement-texts.ts';

const SOURCES = ['services/*/src/**/*.ts', 'iot-agents/src/**/*.ts', 'platform/src/**/*.ts'];

test('each statement in the sources of packages restricts tables of tenants to one tenant, or declares why it reads all', async () => {
  const schemas = [...new Set([...tablesOfPackages()].map((table) => table.split('.')[0] as string))];
  const statements = SOURCES.flatMap((folders) => statementTexts(folders, schemas));
  assert.ok(statements.length > 300, `${statements.length} statements`);
  const faults: string[] = [];
  for (const { file, text } of statements) {
    faults.push(...(await faultsOf(text)).map((fault) => `${file}: ${fault}`));
  }
  assert.deepEqual(faults, []);
});

async function faultsOf(text: string): Promise<string[]> {
  try {
    return await faultsOfPackages([text]);
  } catch (error) {
    // It is only the beginning of other statements, which are checked.
    if (error instanceof Error && error.message === 'syntax error at end of input') return [];
    return [`${error}: ${text}`];
  }
}
