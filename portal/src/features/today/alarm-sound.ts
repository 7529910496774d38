import { onScopeDispose, type Ref, shallowRef } from 'vue';

/** Two notes, so that it isn't taken for another device. */
const NOTES_HZ = [880, 660] as const;
const NOTE_S = 0.22;
const LOUDNESS = 0.25;

/**
 * A sound for alarms. Browsers allow it only after the reader has pressed something: `turnOn` is called by a click.
 *
 * @returns `isOn`; `play` does nothing while it is off
 */
export function useAlarmSound(): {
  isOn: Readonly<Ref<boolean>>;
  turnOn(): Promise<void>;
  turnOff(): void;
  play(): void;
} {
  const isOn = shallowRef(false);
  let context: AudioContext | undefined;

  async function turnOn(): Promise<void> {
    context ??= new AudioContext();
    await context.resume();
    isOn.value = true;
    play();
  }

  function turnOff(): void {
    isOn.value = false;
  }

  function play(): void {
    if (!isOn.value || context === undefined) return;
    const start = context.currentTime;
    for (const [at, frequency] of NOTES_HZ.entries()) {
      const note = new OscillatorNode(context, { frequency, type: 'triangle' });
      const gain = new GainNode(context, { gain: LOUDNESS });
      gain.gain.setTargetAtTime(0, start + (at + 0.6) * NOTE_S, NOTE_S / 6); // ends without a click
      note.connect(gain).connect(context.destination);
      note.start(start + at * NOTE_S);
      note.stop(start + (at + 1) * NOTE_S);
    }
  }

  onScopeDispose(() => void context?.close());
  return { isOn, turnOn, turnOff, play };
}
