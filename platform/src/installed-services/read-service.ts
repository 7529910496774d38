import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceDefinition } from '@alzette/kit/service';
import { satisfies, validRange } from 'semver';
import { KIT_VERSION, provideKit } from './import-of-kit.ts';

/** A service that others have written, and that was installed beside the product. */
export interface InstalledService {
  /** Of its package, or the folder of it that the setting names. */
  readonly installed: string;
  readonly version: string;
  readonly definition: ServiceDefinition;
}

/** Names that no service of the product has, now or later: a schema `x_fountains`, paths below `/x/fountains`. */
const NAME = /^x_[a-z][a-z0-9]{1,40}$/;

/**
 * Imports a service from its package, whose default export is a definition of `defineService`.
 *
 * @param installed the name of a package, or the absolute path of its folder; @param version that of the kit here
 *
 * @throws Error: why it can't run here
 */
export async function readService(installed: string, version = KIT_VERSION): Promise<InstalledService> {
  const folder = isAbsolute(installed) ? installed : folderOf(installed);
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { version: own = '', main, kit } = membersOf(manifest);
  if (kit === undefined || validRange(kit) === null) {
    throw new Error(
      `package.json, alzette.kit: got ${JSON.stringify(kit ?? null)}, expected the versions of @alzette/kit that it runs with, such as "^${version}"`,
    );
  }
  if (!satisfies(version, kit)) {
    throw new Error(`it runs with @alzette/kit ${kit}, and this product has ${version}`);
  }
  if (main === undefined) throw new Error('package.json, main: got nothing, expected the file of the service');
  provideKit();
  const { default: definition } = (await import(pathToFileURL(join(folder, main)).href)) as { default?: unknown };
  if (!isDefinition(definition)) {
    throw new Error(`${main}: its default export is no service; defineService of @alzette/kit/service makes one`);
  }
  if (!NAME.test(definition.name)) {
    throw new Error(
      `its name: got ${JSON.stringify(definition.name)}, expected x_ and a lower-case word, such as x_fountains`,
    );
  }
  return { installed, version: own, definition };
}

/** Beside the product, or where it was started. */
function folderOf(name: string): string {
  const bases = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href];
  const folders = bases.flatMap((base) => createRequire(base).resolve.paths(name) ?? []);
  const folder = folders.map((each) => join(each, name)).find((each) => existsSync(join(each, 'package.json')));
  if (folder === undefined) throw new Error(`the package ${name} is not installed: npm install ${name}`);
  return folder;
}

function membersOf(manifest: unknown): { readonly version?: string; readonly main?: string; readonly kit?: string } {
  const { version, main, alzette } = manifest as {
    readonly version?: unknown;
    readonly main?: unknown;
    readonly alzette?: { readonly kit?: unknown };
  };
  const kit = alzette?.kit;
  return {
    ...(typeof version === 'string' && { version }),
    ...(typeof main === 'string' && { main }),
    ...(typeof kit === 'string' && { kit }),
  };
}

function isDefinition(value: unknown): value is ServiceDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'start' in value &&
    typeof value.start === 'function'
  );
}
