import type { Kind } from '@alzette/procedures/contract';
import { type Component, defineComponent, h } from 'vue';
import { AddressField } from './AddressField.ts';
import { BookingField } from './BookingField.ts';
import { ChoiceField, ChoicesField, CommuneField, ConfirmationField, YesNoField } from './ChoiceField.ts';
import { ComputedField } from './ComputedField.ts';
import { FileField, SignatureField } from './FileField.ts';
import { SHOWN } from './field.ts';
import { PeriodField } from './PeriodField.ts';
import { PlaceField } from './PlaceField.ts';
import { RepeatedField } from './RepeatedField.ts';
import { NumberField, TextField } from './TextField.ts';

/** The kinds that are not a line of text. */
const componentOf = (kind: Kind): Component => {
  switch (kind) {
    case 'number':
    case 'integer':
    case 'money':
      return NumberField;
    case 'yesNo':
      return YesNoField;
    case 'confirmation':
      return ConfirmationField;
    case 'oneOf':
      return ChoiceField;
    case 'severalOf':
      return ChoicesField;
    case 'period':
      return PeriodField;
    case 'address':
      return AddressField;
    case 'commune':
      return CommuneField;
    case 'place':
      return PlaceField;
    case 'file':
      return FileField;
    case 'signature':
      return SignatureField;
    case 'repeated':
      return RepeatedField;
    case 'booking':
      return BookingField;
    case 'computed':
      return ComputedField;
    default:
      return TextField;
  }
};

/** A field of any kind. */
export const AnyField = defineComponent({
  props: SHOWN,
  setup: (props) => () => h(componentOf(props.shown.field.kind), { shown: props.shown }),
});
