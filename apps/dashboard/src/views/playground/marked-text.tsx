import { type Contribution, formatContribution, markParts } from '../../lib/sentences.ts';

/** A text whose sentences are marked by what they add to a label; the same as a list, for who cannot see it. */
export function MarkedText({
  text,
  sentences,
  label,
}: {
  text: string;
  sentences: readonly Contribution[];
  label: string;
}) {
  const marks = markParts(text, sentences, label);
  const ranked = [...marks].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return (
    <>
      <p class="marked">
        {marks.map(({ start, text, value, level, speaks }) =>
          speaks === 'neither' ? (
            <span key={start}>{text}</span>
          ) : (
            <mark
              key={start}
              class={`${speaks} level-${level}`}
              title={`${formatContribution(value)} ${speaks} ${label}`}
            >
              {text.trimEnd()}
              <sub>{formatContribution(value)}</sub>
              {text.slice(text.trimEnd().length)}
            </mark>
          ),
        )}
      </p>
      <details>
        <summary>Sentences by weight</summary>
        <ol class="weights">
          {ranked.map(({ start, text, value, speaks }) => (
            <li key={start}>
              <span class="mono">{formatContribution(value)}</span>{' '}
              {speaks === 'neither' ? `says little about ${label}` : `${speaks} ${label}`}: {text.trim()}
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}
