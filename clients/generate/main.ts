#!/usr/bin/env node
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { isolatedDeclarationSync } from 'rolldown/experimental';
import { ROOT, readContracts } from './contracts.ts';
import { pythonModule } from './python.ts';
import { pathsModule, servicesDeclaration } from './typescript.ts';

/* Builds the clients of integrators from the contracts: clients/typescript/dist, clients/python/alzette/services.py. */

const TYPESCRIPT = join(ROOT, 'clients/typescript');
const DIST = join(TYPESCRIPT, 'dist');
const SCHEMAS = join(ROOT, 'ngsi-ld-schemas/src');
/** The modules whose types callers see. */
const TYPED = ['entity', 'client/client', 'client/transport', 'client/http-client', 'client/query-all'];

const services = await readContracts();
rmSync(DIST, { recursive: true, force: true });
write('paths.js', pathsModule(services));
write('services.d.ts', servicesDeclaration(services));
write('connect.d.ts', declarationOf(join(TYPESCRIPT, 'src/connect.ts')));
for (const module of TYPED) write(`ngsi-ld/${module}.d.ts`, declarationOf(join(SCHEMAS, `${module}.ts`)));
write('ngsi-ld/index.d.ts', TYPED.map((module) => `export * from './${module}.js';\n`).join(''));
write('index.d.ts', readFileSync(join(TYPESCRIPT, 'src/index.d.ts'), 'utf8'));
write('index.js', readFileSync(join(TYPESCRIPT, 'src/index.js'), 'utf8'));
// The transport of browsers, which Node has as well: the package needs no other.
const bundle = await rolldown({ input: join(TYPESCRIPT, 'src/connect.ts'), resolve: { conditionNames: ['default'] } });
await bundle.write({ file: join(DIST, 'connect.js'), format: 'esm' });
await bundle.close();
writeFileSync(join(ROOT, 'clients/python/alzette/services.py'), pythonModule(services));

function write(name: string, text: string): void {
  const file = join(DIST, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Its imports are those of the package. */
function declarationOf(file: string): string {
  const { code, errors } = isolatedDeclarationSync(file, readFileSync(file, 'utf8'));
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`);
  return code
    .replace(/from "(\.[^"]*)\.ts"/g, 'from "$1.js"')
    .replaceAll('from "@alzette/ngsi-ld-schemas"', 'from "./ngsi-ld/index.js"');
}
