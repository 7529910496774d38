import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DebianRoot } from './debian-root.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** On one line, or in backticks, where lines of a paragraph break. */
const INSTALL = /`apt(?:-get)? install ([^`$]+)`|\bapt(?:-get)? install ((?: ?[a-z0-9.-][\w.+/-]*(?!\S*\$))+)/g;
const FILES = ['*.md', '*.ts', ':!*.test.ts', ':!CHANGELOG*'];

/** The Debian packages of each command that a page or a message tells people to install, once. */
export function installLines(texts: readonly string[] = trackedTexts()): string[] {
  const lines = new Set<string>();
  for (const text of texts) {
    for (const [, inCode, onLine = ''] of text.matchAll(INSTALL)) {
      const names = (inCode ?? onLine).split(/\s+/).filter((word) => /^[a-z0-9]/.test(word));
      if (names.length > 0) lines.add(names.join(' '));
    }
  }
  return [...lines].sort();
}

function trackedTexts(): string[] {
  const files = execFileSync('git', ['ls-files', ...FILES], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
  return files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
}

/** The lines that apt of a Debian would refuse. It has lists of packages; nothing is installed. */
export async function unknownPackages(root: DebianRoot): Promise<string[]> {
  const refused: string[] = [];
  for (const line of installLines()) {
    const isPossible = await root.run(`apt-get install --simulate --quiet ${line}`).then(
      () => true,
      () => false,
    );
    if (!isPossible) refused.push(line);
  }
  return refused;
}
