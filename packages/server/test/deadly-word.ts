import { nodeArguments } from './source-workers.ts';

/** A word that ends the thread of a tokenizer started by `deadlyArguments`. */
export const deadlyWord = 'dié';

const trap = `
  const { normalize } = String.prototype;
  String.prototype.normalize = function (form) {
    if (this.includes('${deadlyWord}')) process.exit(7);
    return normalize.call(this, form);
  };`;

export const deadlyArguments = [...nodeArguments, '--import', `data:text/javascript,${encodeURIComponent(trap)}`];
