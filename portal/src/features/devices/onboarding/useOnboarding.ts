import type { ListedModel } from '@alzette/broker/contract';
import type { PendingDevice, PreviewedFrame } from '@alzette/iot-agents/contract';
import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import type { FormDescriptor } from '@alzette/ngsi-ld-schemas/models';
import { toProblem } from '@alzette/web/asking';
import { computed, onMounted, onUnmounted, reactive, ref, shallowRef, watch } from 'vue';
import { formOf, knownModels, pendingDevices, preview, register } from './agents.ts';
import { completedRows, type Draft, deviceOf, profileOf, readPosition } from './draft.ts';

const POLL_MS = 2_500;
const PREVIEW_AFTER_MS = 350;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

// Longer than 80 lines: one form with its state, the derived values and its functions.
/** The draft, a live preview of its frames, and the function that saves it. */
export function useOnboarding() {
  const draft = reactive<Writable<Draft>>({
    devEui: '',
    decoding: 'codec',
    codec: '',
    type: 'WasteContainer',
    asset: '',
    label: '',
    position: '',
    rows: [],
  });
  const pending = shallowRef<readonly PendingDevice[]>([]);
  const models = shallowRef<readonly ListedModel[]>([]);
  const form = shallowRef<FormDescriptor>();
  const frames = shallowRef<readonly PreviewedFrame[]>([]);
  const problem = shallowRef<ProblemDetails>();
  const isPreviewing = ref(false);
  const isSaving = ref(false);
  const saved = ref<string>();

  const device = computed(() => pending.value.find(({ devEui }) => devEui === draft.devEui));
  const decoded = computed(() => frames.value.find((frame) => frame.decoded !== undefined)?.decoded);
  const positionIsWrong = computed(() => draft.position.trim() !== '' && readPosition(draft.position) === undefined);
  const mapped = computed(() => draft.rows.some(({ name }) => name.trim() !== ''));
  /** What is missing before it can be saved. */
  const lacks = computed(() => {
    if (device.value === undefined) return 'device';
    if (draft.asset === '') return 'asset';
    if (!mapped.value) return 'mapping';
    return positionIsWrong.value ? 'position' : undefined;
  });
  const canSave = computed(() => lacks.value === undefined && !isSaving.value);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const poll = async (): Promise<void> => {
    try {
      pending.value = await pendingDevices();
      if (problem.value?.type === 'about:blank') problem.value = undefined;
    } catch (cause) {
      problem.value = toProblem(cause);
    }
    if (!stopped) timer = setTimeout(poll, POLL_MS);
  };
  let stopped = false;
  onMounted(async () => {
    void poll();
    models.value = await knownModels().catch(() => []);
  });
  onUnmounted(() => {
    stopped = true;
    clearTimeout(timer);
    clearTimeout(waiting);
    asking?.abort();
  });

  const choose = (devEui: string): void => {
    draft.devEui = devEui;
    draft.asset = `urn:ngsi-ld:${draft.type}:${devEui}`;
    draft.rows = [];
  };

  watch([() => draft.type, models], async ([type], [before]) => {
    if (draft.asset === `urn:ngsi-ld:${before}:${draft.devEui}`) draft.asset = `urn:ngsi-ld:${type}:${draft.devEui}`;
    const iri = models.value.find((model) => model.type === type)?.iri;
    const found = iri === undefined ? undefined : await formOf(iri).catch(() => undefined);
    if (draft.type !== type) return;
    form.value = found;
    // Proposals for another type are replaced.
    if (type !== before && decoded.value !== undefined) draft.rows = completedRows([], decoded.value, found);
  });

  watch(decoded, (values) => {
    if (values !== undefined) draft.rows = completedRows(draft.rows, values, form.value);
  });

  let waiting: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  const previewNow = async (): Promise<void> => {
    asking?.abort();
    const own = new AbortController();
    asking = own;
    if (draft.devEui === '' || draft.type === '') return;
    isPreviewing.value = true;
    try {
      frames.value = await preview(profileOf(draft), deviceOf(draft), own.signal);
      problem.value = undefined;
    } catch (cause) {
      if (!own.signal.aborted) problem.value = toProblem(cause);
    } finally {
      if (asking === own) isPreviewing.value = false;
    }
  };
  watch([() => JSON.stringify(draft), () => device.value?.frames[0]?.receivedAt], () => {
    clearTimeout(waiting);
    waiting = setTimeout(previewNow, PREVIEW_AFTER_MS);
  });

  const save = async (): Promise<void> => {
    isSaving.value = true;
    try {
      const made = deviceOf(draft);
      await register(profileOf(draft), made);
      saved.value = made.asset;
      problem.value = undefined;
    } catch (cause) {
      problem.value = toProblem(cause);
    } finally {
      isSaving.value = false;
    }
  };
  const again = (): void => {
    saved.value = undefined;
    frames.value = [];
    Object.assign(draft, { devEui: '', asset: '', label: '', position: '', rows: [] });
  };

  return {
    draft,
    pending,
    models,
    form,
    frames,
    problem,
    isPreviewing,
    isSaving,
    saved,
    positionIsWrong,
    lacks,
    canSave,
    choose,
    save,
    again,
  };
}
