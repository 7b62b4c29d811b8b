import type { Tokenizer } from './tokenizer.ts';
import { specialTokens } from './vocabulary.ts';

/**
 * The tokenizer's files in a Hugging Face model folder, name -> content, as transformers, transformers.js and
 * text-embeddings-inference read them. `architecture` decides whether they feed the model `token_type_ids`.
 */
export function tokenizerFiles(
  tokenizer: Tokenizer,
  maxTokens: number,
  architecture: 'bert' | 'distilbert' = 'bert',
): Record<string, string> {
  return {
    'tokenizer.json': toJson(tokenizerJson(tokenizer)),
    'tokenizer_config.json': toJson(tokenizerConfig(tokenizer, maxTokens, architecture)),
    'special_tokens_map.json': toJson(specialTokensMap),
    'vocab.txt': `${tokenizer.vocabulary.join('\n')}\n`,
  };
}

const specialTokensMap = {
  cls_token: '[CLS]',
  mask_token: '[MASK]',
  pad_token: '[PAD]',
  sep_token: '[SEP]',
  unk_token: '[UNK]',
};

function addedTokens(tokenizer: Tokenizer) {
  return specialTokens
    .map((content) => ({
      id: tokenizer.vocabulary.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }))
    .sort((a, b) => a.id - b.id);
}

function tokenizerConfig(tokenizer: Tokenizer, maxTokens: number, architecture: 'bert' | 'distilbert') {
  const { lowercase, stripAccents, chineseCharacters } = tokenizer.options;
  return {
    ...specialTokensMap,
    added_tokens_decoder: Object.fromEntries(addedTokens(tokenizer).map(({ id, ...token }) => [id, token])),
    clean_up_tokenization_spaces: true,
    do_lower_case: lowercase,
    model_input_names:
      architecture === 'bert' ? ['input_ids', 'token_type_ids', 'attention_mask'] : ['input_ids', 'attention_mask'],
    model_max_length: maxTokens,
    strip_accents: stripAccents === lowercase ? null : stripAccents,
    tokenize_chinese_chars: chineseCharacters,
    tokenizer_class: architecture === 'bert' ? 'BertTokenizer' : 'DistilBertTokenizer',
  };
}

/** The format of Hugging Face's `tokenizers`. Without truncation or padding: those belong to whoever calls. */
function tokenizerJson(tokenizer: Tokenizer) {
  const { lowercase, stripAccents, chineseCharacters } = tokenizer.options;
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const first = [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(tokenizer),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: chineseCharacters,
      strip_accents: stripAccents === lowercase ? null : stripAccents,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: first,
      pair: [...first, sequence('B', 1), special('[SEP]', 1)],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [tokenizer.clsId], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [tokenizer.sepId], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokenizer.vocabulary.map((token, id) => [token, id])),
    },
  };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
