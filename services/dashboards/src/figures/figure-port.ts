import type { FigurePort, FigureSource } from '@alzette/kit/figures';

/** The catalogue of figures of all services. */
export function openFigures(): FigurePort {
  const sources: FigureSource[] = [];
  return {
    declare(source) {
      const taken = new Set(sources.flatMap(({ definitions }) => Object.keys(definitions)));
      const twin = Object.keys(source.definitions).find((name) => taken.has(name));
      if (twin !== undefined) throw new Error(`The figure ${twin} is declared twice`);
      sources.push(source);
    },
    async read(asked) {
      const readings = await Promise.all(sources.map((source) => source.read(asked)));
      return sources.flatMap(({ definitions }, place) =>
        Object.entries(definitions).map(([name, definition]) => {
          const isHidden = asked.judge?.mayAny('read', [definition.about]) === false;
          const reading = isHidden ? undefined : readings[place]?.[name];
          return { name, ...definition, ...(reading && { reading }) };
        }),
      );
    },
  };
}
