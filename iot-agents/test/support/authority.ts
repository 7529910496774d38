import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A certificate and its key, PEM, with the paths of their files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority for tests. */
export interface Authority {
  readonly folder: string;
  readonly ca: string;
  readonly caFile: string;
  /** A certificate of a client by its name, or of a server on 127.0.0.1. */
  sign(name: string): Promise<Certificate>;
}

export async function openAuthority(t: Pick<TestContext, 'after'>, openssl: string): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-authority-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755); // Mosquitto changes from root to its own user
  const ssl = (...args: string[]) => execFileSync(openssl, args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  ssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=An authority');
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const caFile = join(folder, 'ca.pem');
  return {
    folder,
    caFile,
    ca: await readFile(caFile, 'utf8'),
    async sign(name) {
      ssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
      ssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed);
      const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
      await chmod(keyFile, 0o644);
      return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
    },
  };
}
