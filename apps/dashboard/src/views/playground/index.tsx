import './playground.css';
import type { ModelDescription } from '@retort/server/client';
import { parseResponse } from 'hono/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { EmptyNote, ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { answer } from '../../lib/api.ts';
import { setQuery, useUrl } from '../../lib/navigation.ts';
import { useQuery } from '../../lib/use-query.ts';
import { classify, type Reading } from './classify.ts';
import { readFragment, writeFragment } from './fragment.ts';
import { VariantCard } from './variant-card.tsx';

interface Answer {
  readonly model: ModelDescription;
  readonly reading?: Reading;
  readonly error?: unknown;
}

/** A text, and what every served model says about it. The text is in the URL's fragment, which no server gets to see. */
export default function PlaygroundView() {
  const { api } = usePage();
  const served = useQuery(
    'models',
    async (signal) => (await answer(parseResponse(api.models.v1.models.$get({}, { init: { signal } })))).models,
  );
  return (
    <>
      <h1>Playground</h1>
      {served.error !== undefined && <ErrorNote error={served.error} retry={served.reload} />}
      {served.data === undefined && served.loading && <LoadingNote what="Asking which models are served" />}
      {served.data?.length === 0 && (
        <EmptyNote title="This server serves no model.">
          <p>
            Start one that does: <code>nx run server:serve</code>
          </p>
        </EmptyNote>
      )}
      {served.data !== undefined && served.data.length > 0 && <Bench models={served.data} />}
    </>
  );
}

function Bench({ models }: { models: readonly ModelDescription[] }) {
  const { api, withKey } = usePage();
  const { query } = useUrl();
  const explain = query.get('explain') !== '0';
  const [text, setText] = useState(readFragment);
  const [asked, setAsked] = useState<{ text: string; answers: readonly Answer[] }>();
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const turn = useRef(0);
  const box = useRef<HTMLTextAreaElement>(null);

  const submit = async (text: string) => {
    setMissing(text.trim() === '');
    if (text.trim() === '') return box.current?.focus();
    const own = ++turn.current;
    writeFragment(text);
    setBusy(true);
    const show = (answers: readonly Answer[]) => own === turn.current && setAsked({ text, answers });
    const answers: Answer[] = models.map((model) => ({ model }));
    show([...answers]);
    const ask = async (model: ModelDescription, i: number) => {
      try {
        answers[i] = { model, reading: await withKey(() => classify(api, { text, model: model.id, explain })) };
      } catch (error) {
        answers[i] = { model, error };
      }
      show([...answers]);
    };
    // One at a time: side by side they would wait for each other, and their latencies would tell of that.
    for (const [i, model] of models.entries()) if (own === turn.current) await ask(model, i);
    if (own === turn.current) setBusy(false);
  };
  useEffect(() => {
    if (text !== '') void submit(text);
  }, []);

  const labels = [...new Set(models.flatMap(({ labels }) => labels))];
  const label = query.get('label') ?? asked?.answers.find(({ reading }) => reading)?.reading?.result.label ?? labels[0];
  return (
    <>
      <form
        class="ask"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(text);
        }}
      >
        <label htmlFor="text">Text</label>
        <textarea
          id="text"
          ref={box}
          rows={8}
          value={text}
          aria-invalid={missing}
          aria-describedby={missing ? 'text-missing' : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(text);
          }}
        />
        {missing && (
          <p id="text-missing" class="note error" role="alert">
            There is no text yet: type or paste one.
          </p>
        )}
        <div class="actions">
          <button type="submit" class="primary" aria-disabled={busy}>
            {busy ? 'Classifying…' : 'Classify'}
          </button>
          <label class="inline">
            <input
              type="checkbox"
              checked={explain}
              onChange={() => setQuery({ explain: explain ? '0' : undefined }, { replace: true })}
            />
            Explain by sentences
          </label>
          <span class="quiet">Ctrl + Enter</span>
        </div>
      </form>
      {asked !== undefined && (
        <>
          {asked.answers.some(({ reading }) => reading?.result.sentences !== undefined) && (
            <Legend labels={labels} label={label} onLabel={(label) => setQuery({ label }, { replace: true })} />
          )}
          <div class="variants" aria-live="polite" aria-busy={busy}>
            {asked.answers.map(({ model, ...rest }) => (
              <VariantCard key={model.id} model={model} text={asked.text} label={label} {...rest} />
            ))}
          </div>
        </>
      )}
    </>
  );
}

function Legend({
  labels,
  label,
  onLabel,
}: {
  labels: readonly string[];
  label: string;
  onLabel: (label: string) => void;
}) {
  return (
    <fieldset class="legend">
      <legend>What speaks for and against</legend>
      {labels.map((name) => (
        <label key={name} class="inline">
          <input type="radio" name="label" checked={name === label} onChange={() => onLabel(name)} />
          {name}
        </label>
      ))}
      <span class="keys">
        <mark class="for level-4">for {label}</mark>
        <mark class="for level-1">a little</mark>
        <mark class="against level-1">a little</mark>
        <mark class="against level-4">against {label}</mark>
      </span>
      <span class="quiet">
        Solid lines speak for it, dashed ones against; the number is what the sentence adds to the log-odds.
      </span>
    </fieldset>
  );
}
