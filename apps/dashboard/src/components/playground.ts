import type { Client, ModelDescription } from '@retort/server/client';
import { classifyText } from '../lib/api.ts';
import { classification } from './classification.ts';
import { element, errorNote } from './element.ts';

/** A box for a text, and what the model says about it. */
export function playground(client: Client, models: readonly ModelDescription[]): HTMLElement {
  const box = element('textarea', { id: 'text', name: 'text', rows: 9, required: true });
  const choice = element(
    'select',
    { id: 'model', name: 'model' },
    ...models.map(({ id }) => element('option', { value: id }, id)),
  );
  const button = element('button', { type: 'submit' }, 'Classify');
  const answer = element('div', { className: 'answer', ariaLive: 'polite' });

  const submit = async () => {
    if (button.ariaDisabled === 'true') return;
    if (box.value.trim() === '') {
      answer.replaceChildren(errorNote(new Error('There is no text yet: type or paste one.')));
      box.focus();
      return;
    }
    // Not `disabled`: that would take the focus away from who works with the keyboard.
    button.ariaDisabled = 'true';
    answer.replaceChildren(element('p', { className: 'quiet' }, 'Classifying…'));
    try {
      const { results } = await classifyText(client, box.value, choice.value);
      answer.replaceChildren(...results.map(classification));
    } catch (error) {
      answer.replaceChildren(errorNote(error));
    } finally {
      button.ariaDisabled = null;
    }
  };

  const form = element(
    'form',
    { noValidate: true },
    element('label', { htmlFor: 'text' }, 'Text'),
    box,
    ...(models.length > 1 ? [element('label', { htmlFor: 'model' }, 'Model'), choice] : []),
    element('div', { className: 'actions' }, button, element('span', { className: 'quiet' }, 'or Ctrl + Enter')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
  });
  return element('div', {}, form, answer);
}
