import type { ViewFile, ViewFileContract } from '@alzette/opendata/contract';
import { VIEW_FILES } from '@alzette/opendata/paths';
import { toProblem, useTell } from '@alzette/web/asking';
import { onScopeDispose, type ShallowRef, shallowRef } from 'vue';
import { service } from '../../broker/service.ts';
import type { Format, View } from './formats.ts';

const LOOK_MS = 700;
const files = service<ViewFileContract>(VIEW_FILES);

/** The progress of a file. */
type ExportFile = Pick<ViewFile, 'id' | 'state' | 'rows' | 'of' | 'file'>;

export interface Export {
  /** The latest requested file. */
  readonly file: Readonly<ShallowRef<ExportFile | undefined>>;
  /** The error, if the export has failed. */
  readonly fault: Readonly<ShallowRef<string>>;
  start(view: () => View | Promise<View>, format: Format): Promise<void>;
}

/** Requests an export from the server, follows its progress, and downloads the file. */
export function useExport(): Export {
  const tell = useTell();
  const file = shallowRef<ExportFile>();
  const fault = shallowRef('');
  let request = new AbortController();

  async function start(view: () => View | Promise<View>, format: Format): Promise<void> {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    fault.value = '';
    file.value = { id: '', state: 'waiting', rows: 0 };
    try {
      let found = await files.write({ body: { ...(await view()), format }, signal });
      while (found.state === 'waiting' || found.state === 'running') {
        file.value = found;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        found = await files.progress({ params: { id: found.id }, signal });
      }
      if (signal.aborted) return;
      file.value = found;
      fault.value = found.fault ?? '';
      if (found.file !== undefined) save(found.file);
    } catch (cause) {
      if (signal.aborted) return;
      file.value = undefined;
      fault.value = tell(toProblem(cause));
    }
  }

  onScopeDispose(() => request.abort());
  return { file, fault, start };
}

function save(path: string): void {
  Object.assign(document.createElement('a'), { href: path, download: '' }).click();
}
