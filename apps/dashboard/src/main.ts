import { type Client, createClient } from '@retort/server/client';
import { element, errorNote } from './components/element.ts';
import { modelList } from './components/model-list.ts';
import { playground } from './components/playground.ts';
import { fetchModels } from './lib/api.ts';

/** Fills the page: both parts need to know the models. */
async function show(client: Client, tryPart: HTMLElement, modelPart: HTMLElement): Promise<void> {
  modelPart.replaceChildren(element('p', { className: 'quiet' }, 'Asking the server…'));
  tryPart.replaceChildren(element('p', { className: 'quiet' }, 'Waiting for the list of models…'));
  try {
    const models = await fetchModels(client);
    modelPart.replaceChildren(modelList(models));
    tryPart.replaceChildren(
      models.length > 0
        ? playground(client, models)
        : element('p', { className: 'note' }, 'There is no model to try a text with.'),
    );
  } catch (error) {
    modelPart.replaceChildren(errorNote(error, () => void show(client, tryPart, modelPart)));
    tryPart.replaceChildren(element('p', { className: 'quiet' }, 'A text can be tried once the models are known.'));
  }
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no element "${id}"`);
  return found;
}

void show(createClient(location.origin), part('playground'), part('models'));
