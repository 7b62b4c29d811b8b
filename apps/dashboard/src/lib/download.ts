/** Gives a file to whoever looks at the page. */
export function download(name: string, content: Blob | string, type = 'text/plain'): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser has not read it yet.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
