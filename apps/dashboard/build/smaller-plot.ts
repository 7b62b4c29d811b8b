import type { Plugin } from 'vite';

const none = (what: string) =>
  `const none = () => { throw new Error('${what} are left out of this page: see build/smaller-plot.ts'); };`;

/** What Plot asks of projections where there is none; `applyPosition` is Plot's own without its line for them. */
const projection = `
import { valueObject } from './channel.js';
import { coerceNumbers } from './options.js';
${none('maps')}
export { none as project, none as getGeometryChannels, none as xyProjection };
export const createProjection = () => undefined;
export const hasProjection = () => false;
export const projectionAspectRatio = () => undefined;
export function applyPosition({ x, y }, scales) {
  const position = valueObject({ ...(x && { x }), ...(y && { y }) }, scales);
  if (x) position.x = coerceNumbers(position.x);
  if (y) position.y = coerceNumbers(position.y);
  return position;
}`;

const geo = `${none('maps')}\nexport { none as geoCentroid, none as geoGraticule10, none as geoPath };`;

/** A colour scale without a range of its own gets the page's colours. */
const schemes = `
${none('colour schemes')}
export { none as ordinalRange, none as quantitativeScheme };
export const isCategoricalScheme = () => false;
export const isDivergingScheme = () => false;
export const maybeBooleanRange = () => undefined;
export const ordinalScheme = () => ({ length }) => Array.from({ length }, (_, i) => 'var(--series-' + (i % 8 + 1) + ')');`;

const replaced = [
  [/@observablehq[/\\]plot[/\\]src[/\\]projection\.js$/, projection],
  [/@observablehq[/\\]plot[/\\]src[/\\]scales[/\\]schemes\.js$/, schemes],
  [/[/\\]d3-geo[/\\](src[/\\]index\.js|dist[/\\]d3-geo\.mjs)$/, geo],
] as const;

/** Takes map projections and colour schemes out of Observable Plot: no chart here has any, and they are a sixth of its size. */
export function smallerPlot(): Plugin {
  return {
    name: 'smaller-plot',
    enforce: 'pre',
    apply: 'build',
    load: (id) => replaced.find(([file]) => file.test(id))?.[1] ?? null,
  };
}
