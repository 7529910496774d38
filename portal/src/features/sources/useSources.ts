import type { Preview, Source } from '@alzette/iot-agents/contract';
import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { toProblem } from '@alzette/web/asking';
import { useTerritory } from '@alzette/web/territory';
import { onMounted, ref, shallowRef } from 'vue';
import { sources } from '../../broker/operations.ts';
import { declarationOf, type SourceDraft } from './declaration.ts';
import { type FoundRows, firstRows } from './first-rows.ts';
import { declarationIn, replaceSource } from './sources.ts';

// Longer than 80 lines: short functions that share the state at its top.
/** The sources, and the actions on them. Each action reloads them. */
export function useSources() {
  const { territory } = useTerritory();
  const bodyOf = (draft: SourceDraft) => declarationOf(draft, territory.value?.timeZone);
  const known = shallowRef<readonly Source[]>();
  const preview = shallowRef<Preview>();
  /** The data at the URL of the form, to choose columns from. */
  const found = shallowRef<FoundRows>();
  const problem = shallowRef<ProblemDetails>();
  /** The running action: `form`, or the id of a source. */
  const busy = ref<string>();

  async function during<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer | undefined> {
    busy.value = what;
    problem.value = undefined;
    try {
      return await work();
    } catch (cause) {
      problem.value = toProblem(cause);
      return undefined;
    } finally {
      busy.value = undefined;
    }
  }

  const load = async (): Promise<void> => {
    known.value = (await sources.list({ query: { limit: 1000 } })).sources;
  };
  onMounted(() => during('list', load));
  return {
    sources: known,
    preview,
    found,
    problem,
    busy,
    run: (id: string) =>
      during(id, async () => {
        await sources.run({ params: { id } });
        await load();
      }),
    send: (id: string, file: File) =>
      during(id, async () => {
        await sources.send({ params: { id }, body: new Blob([file]) }); // as bytes, whatever its type
        await load();
      }),
    pause: (source: Source) =>
      during(source.id, async () => {
        await replaceSource(source.id, { ...declarationIn(source), enabled: source.enabled === false });
        await load();
      }),
    /** Resolves to whether the change has succeeded. */
    async change(id: string, declaration: object): Promise<boolean> {
      const done = await during(id, async () => {
        await replaceSource(id, declaration);
        await load();
        return true;
      });
      return done === true;
    },
    remove: (id: string) =>
      during(id, async () => {
        await sources.remove({ params: { id } });
        await load();
      }),
    /** @param sample the file in base64, of a source that has no address */
    look: (draft: SourceDraft, sample?: string) =>
      during('form', async () => {
        found.value = undefined;
        found.value = await firstRows(draft, sample);
      }),
    tryOut: (draft: SourceDraft, sample?: string) =>
      during('form', async () => {
        preview.value = undefined;
        preview.value = await sources.preview({ body: { ...bodyOf(draft), ...(sample !== undefined && { sample }) } });
      }),
    /** Resolves to whether the declaration has succeeded. @param file its first one, which is read at once */
    async declare(draft: SourceDraft, file?: File): Promise<boolean> {
      const made = await during('form', async () => {
        const source = await sources.create({ body: bodyOf(draft) });
        preview.value = undefined;
        found.value = undefined;
        if (file) await sources.send({ params: { id: source.id }, body: new Blob([file]) });
        await load();
        return source;
      });
      return made !== undefined;
    },
  };
}
