import type { Field } from '@alzette/procedures/contract';
import { defineComponent, h, shallowRef } from 'vue';
import { SHOWN, useForm } from './field.ts';
import { attributesOf, groupShell, shell } from './shell.ts';
import { filled } from './words/form-words.ts';

const TYPES = { image: 'image/jpeg,image/png,image/webp', pdf: 'application/pdf' } as const;
const MOST = 5;

/** Files: each is taken at once, and can be removed. */
export const FileField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const said = shallowRef('');
    const tokens = () => (Array.isArray(props.shown.value) ? (props.shown.value as readonly string[]) : []);
    const nameOf = (token: string) => form.ports.fileName?.(token) ?? form.words().file.one;
    const write = (next: readonly string[]) => form.write(props.shown.path, next.length === 0 ? undefined : next);

    async function take(event: Event): Promise<void> {
      const input = event.target as HTMLInputElement;
      const files = [...(input.files ?? [])];
      input.value = ''; // the same file can be chosen again
      for (const file of files) {
        try {
          const token = await form.ports.takeFile?.(file);
          if (token !== undefined) write([...tokens(), token]);
          said.value = filled(form.words().file.taken, { name: file.name });
        } catch {
          said.value = filled(form.words().file.failed, { name: file.name });
        }
      }
    }

    return () => {
      const { shown } = props;
      const { file: words } = form.words();
      const attributes = attributesOf(shown, form);
      return groupShell(shown, form, [
        tokens().length > 0 &&
          h(
            'ul',
            { class: 'form-files' },
            tokens().map((token) =>
              h('li', { key: token }, [
                h('span', nameOf(token)),
                h(
                  'button',
                  {
                    type: 'button',
                    class: 'form-button',
                    onClick: () => write(tokens().filter((each) => each !== token)),
                  },
                  filled(words.remove, { name: nameOf(token) }),
                ),
              ]),
            ),
          ),
        h('p', { role: 'status', class: 'form-said' }, said.value),
        h('div', { class: 'form-part' }, [
          h('label', { for: attributes.id }, words.choose),
          h('input', {
            ...attributes,
            type: 'file',
            multiple: (shown.field.most ?? MOST) > 1,
            accept: acceptedBy(shown.field),
            disabled: tokens().length >= (shown.field.most ?? MOST) || undefined,
            onChange: (event: Event) => void take(event),
          }),
        ]),
      ]);
    };
  },
});

const acceptedBy = ({ accept = ['image', 'pdf'] }: Field) => accept.map((kind) => TYPES[kind]).join(',');

/** A signature: the written name, which becomes an image. Nobody needs to draw. */
export const SignatureField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const name = shallowRef('');
    const said = shallowRef('');
    async function sign(): Promise<void> {
      if (name.value.trim() === '') return;
      try {
        const token = await form.ports.takeFile?.(await drawn(name.value.trim()));
        form.write(props.shown.path, token);
        said.value = filled(form.words().signature.signed, { name: name.value.trim() });
      } catch {
        said.value = filled(form.words().file.failed, { name: name.value.trim() });
      }
    }
    return () => {
      const { shown } = props;
      const { signature: words } = form.words();
      const isSigned = shown.value !== undefined;
      return shell(shown, form, (attributes) => [
        h('p', { class: 'form-hint' }, words.how),
        h('input', {
          ...attributes,
          type: 'text',
          maxlength: 100,
          autocomplete: 'name',
          class: 'form-signature',
          value: name.value,
          onInput: (event: Event) => {
            name.value = (event.target as HTMLInputElement).value;
            if (isSigned) form.write(shown.path, undefined); // another name is not signed
          },
        }),
        h('button', { type: 'button', class: 'form-button', onClick: () => void sign() }, words.sign),
        h('p', { role: 'status', class: 'form-said' }, said.value || (isSigned ? words.isSigned : '')),
      ]);
    };
  },
});

/** The name as an image, as it would be on paper. */
async function drawn(name: string): Promise<File> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 160];
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('The browser has no canvas');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#14262b';
  pen.font = 'italic 56px cursive';
  pen.fillText(name, 24, 100, canvas.width - 48);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('The browser could not write the image');
  return new File([blob], `${name}.png`, { type: 'image/png' });
}
