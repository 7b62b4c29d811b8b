import { download } from '../lib/download.ts';

/** What of the computed style a file has to carry, for whom there is no style sheet. */
const properties = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'fill-opacity',
  'opacity',
  'color',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
  'text-anchor',
  'paint-order',
];

/** A chart as a file of its own: styles written into it, on the colour of its page. Width and height in CSS pixels. */
function standalone(svg: SVGSVGElement): { readonly text: string; readonly width: number; readonly height: number } {
  if (!svg.isConnected) return attached(svg, () => standalone(svg));
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new Error('a copy of a chart is no chart');
  const [sources, targets] = [svg, copy].map((root) => [root, ...root.querySelectorAll<SVGElement>('*')]);
  sources.forEach((source, i) => {
    const style = getComputedStyle(source);
    for (const name of properties) targets[i].style.setProperty(name, style.getPropertyValue(name));
  });
  const { width, height } = svg.viewBox.baseVal;
  const page = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  page.setAttribute('width', '100%');
  page.setAttribute('height', '100%');
  page.style.fill = surfaceOf(svg);
  copy.prepend(page);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

/** Only what is in the page has a computed style. */
function attached<T>(svg: SVGSVGElement, work: () => T): T {
  document.body.append(svg);
  try {
    return work();
  } finally {
    svg.remove();
  }
}

/** The first colour behind an element that is one. */
function surfaceOf(element: Element): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (backgroundColor !== 'rgba(0, 0, 0, 0)' && backgroundColor !== 'transparent') return backgroundColor;
  }
  return 'white';
}

export function saveSvg(svg: SVGSVGElement, name: string): void {
  download(`${name}.svg`, standalone(svg).text, 'image/svg+xml');
}

/** At twice the pixels, as for print and for screens of high density. */
export async function savePng(svg: SVGSVGElement, name: string): Promise<void> {
  const { text, width, height } = standalone(svg);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    if (blob !== null) download(`${name}.png`, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}
